import Glibc

/// What stands where in the data directory.
struct DataDirectory: Sendable {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  var ledger: String { "\(path)/ledger" }
  /// The private key that signs checkpoints: not in the directory that is copied and shown.
  var logKey: String { "\(path)/log.key" }
  /// The secret under which is sealed what clients carry for the gateway.
  var stateKey: String { "\(path)/state.key" }
  /// The index over the ledger, made of it.
  var index: String { "\(path)/index.sqlite" }
  /// What people decided about upstreams while the gateway ran.
  var catalogStore: String { "\(path)/catalog.sqlite" }
  /// Values that the definition of an added upstream names.
  func secrets(of upstream: String) -> String { "\(path)/secrets/\(upstream).env" }
  /// The digests of tokens that the gateway made.
  var tokens: String { "\(path)/tokens.sqlite" }
  /// Accounts of people, and their sessions.
  var people: String { "\(path)/people.sqlite" }
  /// The calls that wait for people.
  var approvals: String { "\(path)/approvals.sqlite" }
  /// What people ordered while the gateway ran.
  var orders: String { "\(path)/orders.sqlite" }
  /// What was used of quotas.
  var quotas: String { "\(path)/quotas.sqlite" }
  /// The admin API of the gateway that runs on this directory.
  var adminSocket: String { "\(path)/admin.sock" }
  /// MCP over newline-delimited JSON, for further `sallyport stdio`.
  var mcpSocket: String { "\(path)/mcp.sock" }

  struct Failure: Error { let reason: String }

  /// Makes the directory and those above it, readable by nobody else.
  func create() throws(Failure) {
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && part.isEmpty ? "/" : "\(part)/"
      guard made != "/", made != "//" else { continue }
      if mkdir(made, 0o700) != 0, errno != EEXIST {
        throw Failure(reason: "\(made) cannot be created: \(String(cString: strerror(errno)))")
      }
    }
    // sockaddr_un holds 108 bytes with the NUL.
    guard adminSocket.utf8.count < 108 else {
      throw Failure(
        reason: "\(path) is too long for a Unix socket; set `data` to a shorter path")
    }
  }
}
