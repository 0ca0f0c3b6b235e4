/// Bounds of a server. At each bound stands a clear answer (431, 413, a closed connection), never
/// growth.
public struct HTTPServerLimits: Sendable {
  /// Bytes of a request's head (request line and header fields); above, 431.
  public var headerBytes = 16 * 1024
  /// Bytes of a request line; above, 414.
  public var requestLineBytes = 8 * 1024
  /// Bytes of a request body; above, reading throws `.tooLarge`.
  public var bodyBytes = 10 * 1024 * 1024
  /// Bytes of a request body kept unread before the client is made to wait.
  public var unreadBodyBytes = 256 * 1024
  /// Bytes of a refused request body that are read and dropped so that the client gets to see the
  /// answer; above, the connection is closed.
  public var drainBytes = 16 * 1024 * 1024
  /// Open connections; further ones wait in the kernel's queue.
  public var connections = 10_000
  /// Time from the start of a connection to its first complete head.
  public var headTimeout = Duration.seconds(15)
  /// Time from a response to the next complete head on the same connection.
  public var idleTimeout = Duration.seconds(75)
  /// Time to receive a body or send a response, to which a second is added for every
  /// `bytesPerSecond` bytes.
  public var transferTimeout = Duration.seconds(30)
  /// The slowest rate at which bytes count as progress.
  public var bytesPerSecond = 4096
  /// Bytes of a streamed response that wait for the client before `write` waits too.
  public var streamHighWater = 64 * 1024
  /// Bytes of a streamed response that wait for the client before `send` refuses.
  public var streamBytes = 1024 * 1024

  /// The limits above.
  public init() {}
}

/// The files a TLS server needs, all PEM.
public struct TLSFiles: Sendable, Hashable {
  /// The certificate, followed by its chain.
  public var certificate: String
  /// The private key.
  public var key: String
  /// The authorities of clients' certificates. Clients are asked for one then; who shows none is
  /// served all the same.
  public var clientAuthorities: String?

  /// Paths of the certificate, its key and perhaps the authorities of clients.
  public init(certificate: String, key: String, clientAuthorities: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.clientAuthorities = clientAuthorities
  }
}
