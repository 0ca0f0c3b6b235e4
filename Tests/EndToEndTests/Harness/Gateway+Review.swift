import JSON
import Testing

/// What of quarantined servers was decided.
extension Gateway {
  /// Lets every agent see and call everything, and the operator approve it.
  static let approvingPolicy =
    openPolicy + """

      @id("operator-approves")
      permit (
        principal == Sallyport::Agent::"operator",
        action == Sallyport::Action::"approve",
        resource
      );
      """

  /// What `upstream show --json` writes.
  func review(of server: String) throws -> JSONNode {
    let shown = try command("upstream", "show", server, "--json")
    try #require(shown.code == 0, "\(shown.errors)")
    return try JSONDocument(parsing: Array(shown.output.utf8)).root
  }

  /// An item of a review.
  func item(_ word: String, of server: String) throws -> JSONNode {
    try #require(
      try review(of: server)[member: "items"]?.elements.first { $0.has("item", word) },
      "there is no \(word)")
  }

  /// The states of a server's items, by their words.
  func states(of server: String) throws -> [String: String] {
    var states: [String: String] = [:]
    for item in try review(of: server)[member: "items"]?.elements.map({ $0 }) ?? [] {
      states[item[member: "item"]?.string ?? ""] = item[member: "state"]?.string
    }
    return states
  }

  /// Waits until a server lists so many items.
  func awaitItems(_ count: Int, of server: String) throws {
    try waitUntil("\(count) items of \(server)") { try states(of: server).count == count }
  }

  /// Approves what waits, and fails when that is refused.
  func approve(_ server: String, _ words: String...) throws {
    let finished = try command(words: ["upstream", "approve", server] + words + ["--yes"])
    try #require(finished.code == 0, "\(finished.errors)")
  }

  /// The names of the tools that the first agent is listed, of the first page.
  func toolNames() throws -> [String] {
    try client.list().result?[member: "tools"]?.elements.compactMap {
      $0[member: "name"]?.string
    } ?? []
  }
}
