extension Configuration {
  /// Checks what is to be kept of a server in the store, as what the file says of one is checked.
  /// - Parameter card: what would stand under `card`, as JSON.
  /// - Throws: everything that is wrong with it.
  public static func check(card: [UInt8]) throws(CardProblem) {
    let reader = ConfigurationReader(ConfigurationInput(path: "card", text: []))
    do {
      let (root, duplicates) = try YAMLReader.read(card)
      for duplicate in duplicates {
        reader.report(.error, at: duplicate.mark, path: "card", duplicate.message)
      }
      let node = root ?? YAMLNode(mark: .wholeFile, content: .mapping([]))
      _ = reader.card(Field(reader: reader, path: "card", node: node, keyMark: node.mark))
    } catch {
      reader.report(.error, at: error.mark, path: "card", error.message, expected: error.expected)
    }
    guard reader.errors.isEmpty else {
      throw CardProblem(reason: reader.errors.map(\.withoutPlace).joined(separator: "\n"))
    }
  }
}

/// Why a card is not taken.
public struct CardProblem: Error, Sendable, Equatable {
  /// Everything that is wrong with it, one a line.
  public var reason: String

  /// A reason.
  public init(reason: String) {
    self.reason = reason
  }
}
