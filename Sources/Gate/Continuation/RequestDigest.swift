import Crypto
import JSON
import MCP

/// Names a request by what it does: a retry does the same.
enum RequestDigest {
  /// Over the method, the server, the upstream's own name of what is meant, and the arguments in
  /// canonical form (RFC 8785, with big integers as they stand).
  static func of(
    _ method: String, server: String, target: UpstreamRequest.Target?, params: JSONNode?
  ) -> SHA256Digest {
    var digest = SHA256()
    let kind =
      switch target {
      case .name: "name"
      case .uri: "uri"
      case .task: "task"
      case nil: ""
      }
    for text in [method, server, kind, target?.value ?? ""] {
      digest.update(Array("\(text.utf8.count)\u{0}\(text)".utf8))
    }
    guard let arguments = params?[member: "arguments"] else { return digest.finalize() }
    // A number that no double holds has no canonical form; spelled the same it is the same.
    digest.update(
      (try? JSONCanonical.encode(arguments, bigIntegers: .verbatim)) ?? Array(arguments.raw))
    return digest.finalize()
  }
}
