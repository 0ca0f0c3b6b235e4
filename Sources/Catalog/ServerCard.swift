import JSON

/// What an operator says of a server, as far as policies ask about it.
public struct ServerCard: Sendable, Equatable {
  /// Bytes of a text; longer ones say nothing.
  static let textBytesMax = 256
  /// Texts of a list; what is beyond is left out.
  static let textsMax = 64

  /// Who answers for it.
  public let owner: String?
  /// How much it can do: `low`, `medium`, `high` or `critical`.
  public let risk: String?
  /// Where it may be used; nil when that is not said.
  public let environments: [String]?
  /// What data it sees; nil when that is not said.
  public let dataClasses: [String]?
  /// Whether it was made by those who run it; nil when that is not said.
  public let isFirstParty: Bool?

  /// Reads the JSON text of a card; members that are of another kind say nothing.
  public init(_ json: [UInt8]) {
    let root = try? JSONDocument(parsing: json).root
    func text(_ name: StaticString) -> String? {
      root?[member: name]?.string.flatMap { $0.utf8.count <= Self.textBytesMax ? $0 : nil }
    }
    func texts(_ name: StaticString) -> [String]? {
      guard let list = root?[member: name], list.kind == .array else { return nil }
      let texts = list.elements.compactMap(\.string).filter { $0.utf8.count <= Self.textBytesMax }
      return Array(texts.prefix(Self.textsMax))
    }
    owner = text("owner")
    risk = text("risk")
    environments = texts("environments")
    dataClasses = texts("dataClasses")
    isFirstParty = text("origin").map { $0 == "first-party" }
  }
}
