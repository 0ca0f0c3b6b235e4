/// Who is at the other end of a connection.
public enum Peer: Sendable, Hashable {
  /// A TCP connection: numeric address and port.
  case tcp(address: String, port: UInt16)
  /// A Unix socket: the credentials of the process that connected, as the kernel saw it.
  case unix(uid: UInt32, gid: UInt32, pid: Int32)
}
