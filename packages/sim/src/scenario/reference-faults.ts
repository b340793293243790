/** What the reference page says of faults, behind the table of their keys. */
export const FAULTS_NOTES: string = `Each is exactly one of the kinds. What it is about is written as \`peer-3\`, \`peer-1..peer-5\` (both included), a
group, \`any 3\` or \`any 3 of seeder\` (drawn from the seed; without a group from our own peers), \`'*'\` for all, or a
list of these. A peer is up as long as no fault holds it down: of two that do, the last one to end starts it again.

\`\`\`yaml
name: one-bad-day
description: Half of the clients come and go, others drop out now and then, and then the clocks jump.
timeout: 90s
peers:
  groups:
    - { name: server, count: 4 }
    - { name: client, count: 12 }
images: { owners: server, copies: 3 }
phases:
  - { name: discover, until: discovered, within: 20s }
  - { name: day, for: 30s, requests: { rate: 10/s, from: client } }
faults:
  - at: day
    for: 20s
    churn: { of: client-1..client-6, sessions: { weibull: { median: 5s, shape: 0.6 } }, absences: 2s }
  - { at: day, for: 20s, churn: { of: client-7..client-12, leaves: 20/m, absences: { exponential: 2s } } }
  - { at: day+5s, for: 3s, link: { from: server-1, to: client, cut: one-way } }
  - { at: day+10s, stop: server-2, restart: 1s, files: lose }
  - { at: day+15s, for: 2s, pause: server-3 }
  - { at: day+25s, clock: { of: '*', jump: 1h } }
expect:
  - requests.wrong == 0
\`\`\`

### Loss

A stream knows no losses, only waiting: \`loss\`, of \`network\` or of a link, is felt as stalls and resets. A stream
travels in flights of 16 KiB, counted from its first byte, its end with the last of them; a call is a flight each way.
Each try of a flight is lost with the share that holds then, that of the network and of each rule by itself, and
tried again, while all behind it waits:

| lost so often in a row | a flight of a stream | a call |
| --- | --- | --- |
| once | 0.2 s | 1 s |
| twice | 0.6 s | 3 s |
| 3 times | 1.4 s | 7 s |
| 4 times | 3 s | 15 s |
| 5 times | 6.2 s | 31 s |
| 6 times | reset after 12.6 s | given up after 63 s |

Times count from the first try. When a loss ends, the next try gets through: \`loss: 100%\` for 3 s holds a flight up
for 3 s, and for 20 s it resets the connections that said something. A reset itself is never lost. Both ends are told of
it; a call that is given up is a timeout on the virtual runner, and a reset on the others, where the caller's system
has connected to the relay. All runners follow this rule by the same code.

### Churn

\`churn\` kills peers and starts them again until it is over; then all are there. With \`sessions\` each of them comes
and goes by itself, and is there at the beginning. With \`leaves\` it is a Poisson process: at each of its moments one
of those that are there leaves, so that as many come back in the long run; while nobody is there, nobody leaves.

\`trace\` names a file, by a path that starts at the folder of the scenario file, with one session a line:

\`\`\`text
node,start,end
7,0,812.5
7,1630,
late,20,25
\`\`\`

A node is any name. \`start\` and \`end\` are seconds from the beginning of the fault, and without an end the node
stays. The line of names, empty lines and lines that begin with \`#\` may be there or not, and the order of the lines
decides only which node is the first. A peer whose node is not there at 0 is taken away at once. Sessions of one node
may touch and may not overlap; a line that is wrong is shown like one of the scenario. Archives of availability
traces have node, start and end among their columns; take the start of the trace off times that count from 1970.

### Clocks

A peer looks at one clock, which counts on from when its machine started. It knows no time of day and never goes
back, but it can jump ahead: when a machine or a container was suspended, or a debugger held it. What was to happen
meanwhile happens at once, so whatever the peer waits for has taken too long. That excuses the requests that were
under way, and nothing later than any other fault would.`;
