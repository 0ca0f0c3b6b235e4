/// What passed with a call: its arguments, its result, or the prompt behind it. A payload lies
/// beside its record, where it can be erased; the record holds a salted digest, size and shape.
public struct LedgerPayload: Sendable, Equatable {
  /// Its size as it came.
  public var bytes: Int
  /// Its JSON text, byte for byte as it came; nil when nothing of it may be kept.
  public var content: ArraySlice<UInt8>?
  /// How much of it is kept.
  public var keeping: Keeping

  /// What a payload is to its call.
  public enum Role: UInt8, Sendable, CaseIterable {
    case arguments = 1
    case result = 2
    case prompt = 3

    /// As records and commands name it.
    public var word: String {
      switch self {
      case .arguments: "arguments"
      case .result: "result"
      case .prompt: "prompt"
      }
    }

    /// The role of a word.
    public init?(word: String) {
      guard let role = Self.allCases.first(where: { $0.word == word }) else { return nil }
      self = role
    }
  }

  /// How much of payloads a configuration wants kept.
  public enum Keeping: String, Sendable, CaseIterable {
    /// The size.
    case none
    /// Size, shape and salted digest, and the salt: who has the payload can prove it.
    case metadata
    /// Also the payload with what looks like a secret masked.
    case redacted
    /// All of it.
    case full
  }

  /// A payload of which only the size is recorded.
  public init(bytes: Int) {
    self.bytes = bytes
    content = nil
    keeping = .none
  }

  /// A payload that is kept as `keeping` says, in full unless told otherwise. The content must be
  /// one JSON value.
  public init(content: ArraySlice<UInt8>, keeping: Keeping = .full) {
    bytes = content.count
    self.content = keeping == .none ? nil : content
    self.keeping = keeping
  }
}
