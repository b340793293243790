/** The public door of the peer: what the lab, and anybody else, may use. */
export { createPeer, type CreatePeerOptions } from './create-peer.ts';
export { checkName } from './check-name.ts';
export type { FetchOptions, PeerStatus, RunningFetch, RunningPeer } from './running-peer.ts';
export type { PeerEvents } from './peer-events.ts';
export { PeerError, type PeerErrorCode } from './peer-error.ts';
export {
  formatAddress,
  formatIp,
  ipOf,
  isLoopback,
  makeAddress,
  parseAddress,
  parseIp,
  portOf,
  type Address,
} from './protocol/address.ts';
export { displaySafe } from './protocol/display.ts';
export {
  isAscii,
  nameKey,
  nameProblem,
  receivedName,
  RECEIVED_PREFIX,
  type NameProblem,
} from './protocol/image-name.ts';
export {
  encodeAnnouncement,
  encodePeers,
  encodeRequest,
  ERR_NOT_FOUND,
  RES,
} from './protocol/message.ts';
export { RequestParser, type Request } from './protocol/request-parser.ts';
export { BufferPool } from './transport/buffer-pool.ts';
export { DialGate } from './transport/dial-gate.ts';
export { FileDigests } from './storage/file-digest.ts';
export { makeFolders } from './operation/make-folders.ts';
export { isProcessRunning } from './storage/running-process.ts';
export { isTemporaryName } from './storage/temporary-file.ts';
export {
  fitsName,
  inspectPicture,
  PictureInspector,
  type Completeness,
  type PictureFormat,
  type PictureReport,
} from './protocol/picture.ts';
export type { Attempt, AttemptOutcome } from './core/asking.ts';
export type { Assurance, FetchOutcome, FetchResult, FetchedImage } from './core/fetching.ts';
export type { Timed } from './core/deadlines.ts';
export { Peer } from './core/peer.ts';
export { Session } from './core/session.ts';
export type {
  BodyKeeper,
  BodyProblem,
  CloseCause,
  Connection,
  ConnectionHandler,
  Host,
  HostHandler,
  ImageOpener,
  ImageStore,
  KeptImage,
  MissReason,
  ReceivedBody,
  StoredImage,
} from './core/host.ts';
export type { MessageType, PeerObserver, RefusalCode } from './core/observer.ts';
export { DEFAULT_LIMITS, type PeerLimits } from './core/options.ts';
export {
  addMessages,
  noMessages,
  type ControlCommand,
  type ControlEvent,
  type ControlResult,
  type MessageCounts,
} from './control-messages.ts';
