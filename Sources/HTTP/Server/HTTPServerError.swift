/// Why a server could not start.
public enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A system call failed with an errno for the address or path given.
  case system(call: String, code: Int32, subject: String)
  /// The host is neither a numeric address nor `localhost`.
  case invalidHost(String)
  /// The path of a Unix socket is empty or longer than the kernel takes (107 bytes).
  case invalidPath(String)
  /// Another process serves this Unix socket.
  case pathInUse(String)
  /// A TLS file cannot be read.
  case unreadableTLSFile(path: String, code: Int32)
  /// The server could not start: with TLS the usual cause is a certificate that does not fit its
  /// key.
  case refused(usesTLS: Bool)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .system(let call, let code, let subject):
      "\(call) failed for \(subject): \(SystemText.of(code))"
    case .invalidHost(let host):
      "cannot listen on «\(host)»: give a numeric address or localhost"
    case .invalidPath(let path):
      "cannot listen on «\(path)»: the path of a Unix socket has 1 to 107 bytes"
    case .pathInUse(let path):
      "another process already serves «\(path)»; stop it or choose another path"
    case .unreadableTLSFile(let path, let code):
      "TLS file «\(path)» cannot be read: \(SystemText.of(code))"
    case .refused(let usesTLS):
      usesTLS
        ? "the HTTPS server did not start: check that the certificate and the key are PEM files "
          + "that belong together, and that the file of clients' authorities holds a certificate"
        : "the HTTP server did not start: the process is out of memory or descriptors"
    }
  }
}

/// What ended the reading of a request or the writing of a response.
public enum HTTPExchangeError: Error, Sendable, Equatable {
  /// The request body is larger than `limit` bytes: answer 413.
  case tooLarge(limit: Int)
  /// The client hung up.
  case disconnected
  /// The client was too slow.
  case timedOut
}
