/*
 * A load generator that is not what is slow: asks for images, many at a time, each on a connection of its own,
 * and drops what it gets. Speaks the peer's protocol and, to hold the peer against a web server, HTTP/1.0.
 *
 *     load p2p|http [FROM@]PORT USERS SECONDS|xCOUNT BUFFER_BYTES NAME…
 *
 * FROM is the IPv4 address to call from. Names are asked for in turn. `xCOUNT` asks so often instead of for so long. Ends with one line of JSON:
 * latencies in milliseconds from the dial to the end of the stream, the share of one core that it took itself.
 * A reply counts when its stream ended cleanly after at least one byte of a body; `bytes` has heads and bodies.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_USERS = 4096 };

struct user {
  int fd;
  long long start_ns;
  long long bytes;
};

static struct user users[MOST_USERS];
static double *latencies;
static long latency_room, answered, failed, asked, most_asked;
static long long all_bytes;
static struct sockaddr_in target, source;
static int poll_fd, is_http, name_count;
static char **names;
static char *buffer;
static size_t buffer_bytes;

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void ask(int number) {
  struct user *user = &users[number];
  char request[1024];
  const char *name = names[asked++ % name_count];
  const int length = is_http ? snprintf(request, sizeof request, "GET /%s HTTP/1.0\r\n\r\n", name)
                             : snprintf(request, sizeof request, "REQ: %s", name);
  const int one = 1;
  user->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (user->fd < 0) die("socket");
  setsockopt(user->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (source.sin_family == AF_INET) {
    /* The port is chosen when it connects, so that one address is not limited to 28,000 at a time. */
    setsockopt(user->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(user->fd, (struct sockaddr *)&source, sizeof source) < 0) die("bind");
  }
  user->bytes = 0;
  user->start_ns = now_ns();
  /* Loopback connects at once, so this does not hold up the others. */
  if (connect(user->fd, (struct sockaddr *)&target, sizeof target) < 0) die("connect");
  if (send(user->fd, request, length, MSG_NOSIGNAL) != length) die("send");
  if (!is_http) shutdown(user->fd, SHUT_WR);
  fcntl(user->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, user->fd, &event) < 0) die("epoll_ctl");
}

static void record(struct user *user, int is_whole) {
  if (!is_whole) {
    failed++;
    return;
  }
  if (answered == latency_room) {
    latency_room = latency_room * 2 + 1024;
    latencies = realloc(latencies, latency_room * sizeof *latencies);
    if (latencies == NULL) die("realloc");
  }
  latencies[answered++] = (now_ns() - user->start_ns) / 1e6;
  all_bytes += user->bytes;
}

/* Takes what there is. True when the stream is over. */
static int take(struct user *user) {
  for (;;) {
    const ssize_t count = recv(user->fd, buffer, buffer_bytes, 0);
    if (count > 0) {
      user->bytes += count;
      continue;
    }
    if (count < 0 && errno == EAGAIN) return 0;
    record(user, count == 0 && user->bytes > 5);
    close(user->fd);
    return 1;
  }
}

static int by_value(const void *a, const void *b) {
  const double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

static double quantile(double share) {
  return answered == 0 ? -1 : latencies[(long)(share * (answered - 1))];
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Reads `[FROM@]PORT`. */
static int read_place(char *text) {
  char *port = strchr(text, '@');
  target.sin_family = AF_INET;
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  target.sin_port = htons(atoi(port == NULL ? text : port + 1));
  if (port == NULL) return 1;
  *port = 0;
  source.sin_family = AF_INET;
  return inet_pton(AF_INET, text, &source.sin_addr) == 1;
}

int main(int count, char **words) {
  if (count < 7) {
    fprintf(stderr, "usage: load p2p|http [FROM@]PORT USERS SECONDS|xCOUNT BUFFER_BYTES NAME...\n");
    return 2;
  }
  is_http = strcmp(words[1], "http") == 0;
  if (!read_place(words[2])) return 2;
  int user_count = atoi(words[3]);
  if (user_count < 1 || user_count > MOST_USERS) return 2;
  most_asked = words[4][0] == 'x' ? atol(words[4] + 1) : 1L << 60;
  const double seconds = words[4][0] == 'x' ? 1e9 : atof(words[4]);
  buffer_bytes = atol(words[5]);
  buffer = malloc(buffer_bytes);
  names = words + 6;
  name_count = count - 6;
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  const long long start_ns = now_ns();
  const long long end_ns = start_ns + (long long)(seconds * 1e9);
  int open_users = 0;
  for (int i = 0; i < user_count && asked < most_asked; i++, open_users++) ask(i);
  while (open_users > 0) {
    struct epoll_event events[64];
    const int ready = epoll_wait(poll_fd, events, 64, 5000);
    if (ready == 0) break; /* nothing for 5 s: what is open is lost */
    for (int i = 0; i < ready; i++) {
      const int number = events[i].data.u32;
      if (!take(&users[number])) continue;
      if (asked < most_asked && now_ns() < end_ns) ask(number);
      else open_users--;
    }
  }
  failed += open_users;
  const double took = (now_ns() - start_ns) / 1e9;
  qsort(latencies, answered, sizeof *latencies, by_value);
  printf("{\"event\":\"report\",\"answered\":%ld,\"failed\":%ld,\"seconds\":%.6f,\"bytes\":%lld,"
         "\"p50Ms\":%.4f,\"p99Ms\":%.4f,\"worstMs\":%.4f,\"cpuShare\":%.3f}\n",
         answered, failed, took, all_bytes, quantile(0.5), quantile(0.99), quantile(1),
         cpu_seconds() / took);
  return 0;
}
