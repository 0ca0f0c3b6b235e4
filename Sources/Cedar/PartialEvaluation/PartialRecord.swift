/// A record of which not everything is known: some members, members of members, or all of it.
public struct PartialRecord: Sendable {
  enum Member: Sendable {
    case value(Value)
    case record(PartialRecord)
    case unknown(mayBeAbsent: Bool)
  }

  private var known: Record
  /// Members that are not known or that are records of which not everything is known. They count
  /// before those of the same name in `known`.
  private var parts: [AttributeName: Member] = [:]
  /// Whether there may be members that are not named here.
  private(set) var isOpen = false

  /// A record of which everything is known.
  public init(_ record: Record) { known = record }

  /// A record of which nothing is known.
  public static let unknown: PartialRecord = {
    var record = PartialRecord(.empty)
    record.isOpen = true
    return record
  }()

  /// This record without knowledge of the member to which `path` leads: neither its value nor,
  /// unless `mayBeAbsent` is false, whether it is there. What is on the way is made a record when
  /// it is none. The empty path is the whole record.
  public func withUnknown(_ path: AttributeName..., mayBeAbsent: Bool = true) -> PartialRecord {
    var result = self
    result.setUnknown(path[...], mayBeAbsent: mayBeAbsent)
    return result
  }

  /// Forgets the member to which `path` leads; see `withUnknown`.
  public mutating func setUnknown(_ path: [AttributeName], mayBeAbsent: Bool = true) {
    setUnknown(path[...], mayBeAbsent: mayBeAbsent)
  }

  private mutating func setUnknown(_ path: ArraySlice<AttributeName>, mayBeAbsent: Bool) {
    guard let name = path.first else {
      self = .unknown
      return
    }
    guard path.count > 1 else {
      parts[name] = .unknown(mayBeAbsent: mayBeAbsent)
      return
    }
    var inner = PartialRecord(.empty)
    switch self[name] {
    case .unknown: return
    case .record(let record): inner = record
    case .value(.record(let record)): inner = PartialRecord(record)
    default: break
    }
    inner.setUnknown(path.dropFirst(), mayBeAbsent: mayBeAbsent)
    parts[name] = .record(inner)
  }

  /// The record, when everything of it is known.
  var whole: Record? { parts.isEmpty && !isOpen ? known : nil }

  /// What is known of a member; nil when there is none of this name.
  subscript(name: AttributeName) -> Member? {
    if !parts.isEmpty, let part = parts[name] { return part }
    if let value = known[name] { return .value(value) }
    return isOpen ? .unknown(mayBeAbsent: true) : nil
  }
}
