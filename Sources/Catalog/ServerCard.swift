public import Configuration
import JSON

/// What an operator says of a server, as far as policies ask about it, on one day.
public struct ServerCard: Sendable, Equatable {
  /// Who answers for it.
  public let owner: String?
  /// How much it can do: `low`, `medium`, `high` or `critical`.
  public let risk: String?
  /// Where it may be used; nil when that is not said.
  public let environments: [String]?
  /// What data it sees; nil when that is not said.
  public let dataClasses: [String]?
  /// Who made it: `first-party`, `wrapped` or `third-party`.
  public let origin: String?
  /// How it did in a conformance test; nil when that is not said.
  public let conformance: Configuration.Card.Verdict?
  /// Whether it should have been looked at again; nil when no day is said.
  public let isReviewOverdue: Bool?

  /// Whether it was made by those who run it; nil when that is not said.
  public var isFirstParty: Bool? {
    origin.map { $0 == Configuration.Card.Origin.firstParty.rawValue }
  }

  /// Reads the JSON text of a card; members that are of another kind, or longer than a card may
  /// have them, say nothing.
  /// - Parameter day: today, as `CardDate` has it.
  public init(_ json: [UInt8], on day: String) {
    let root = try? JSONDocument(parsing: json).root
    let bytes = Configuration.Card.textBytesMax
    func text(_ name: StaticString) -> String? {
      root?[member: name]?.string.flatMap { $0.utf8.count <= bytes ? $0 : nil }
    }
    func texts(_ name: StaticString) -> [String]? {
      guard let list = root?[member: name], list.kind == .array else { return nil }
      let texts = list.elements.compactMap(\.string).filter { $0.utf8.count <= bytes }
      return Array(texts.prefix(Configuration.Card.textsMax))
    }
    owner = text("owner")
    risk = text("risk")
    environments = texts("environments")
    dataClasses = texts("dataClasses")
    origin = text("origin")
    conformance = root?[member: "conformance"]?.string.map(Configuration.Card.Verdict.init(kept:))
    isReviewOverdue = text("reviewBy").flatMap {
      CardDate.isDate($0) ? CardDate.isOverdue($0, today: day) : nil
    }
  }
}
