/// Several edits on one document, made in one pass. Everything else stays byte for byte.
///
/// An edit inside a value that another edit replaces or removes is dropped with it. Edits of nodes
/// of another document are a programmer's error.
public struct JSONSplice: Sendable {
  private let document: JSONDocument
  private var replacements: [Edit] = []
  private var objects: [Int: ObjectEdit] = [:]

  private struct Edit {
    var range: Range<Int>
    var bytes: [UInt8]
    /// Inserts keep their order at one place; they come after a removal that ends there.
    var order: Int
  }

  private struct ObjectEdit {
    var removed: Set<Int> = []
    var inserted: [(name: String, value: [UInt8])] = []
  }

  /// No edits yet.
  public init(_ document: JSONDocument) { self.document = document }

  /// Whether nothing would change.
  public var isEmpty: Bool { replacements.isEmpty && objects.isEmpty }

  /// Puts another value in a node's place.
  /// - Parameter raw: one JSON value; the caller answers for it being one.
  public mutating func replace(_ node: JSONNode, with raw: some Collection<UInt8>) {
    precondition(node.storage === document.storage, "a node of another document")
    replacements.append(
      Edit(range: node.rawRange, bytes: Array(raw), order: replacements.count))
  }

  /// Puts a string in a node's place.
  public mutating func replace(_ node: JSONNode, withString string: String) {
    replace(node, with: Self.quoted(string))
  }

  /// Removes a member with its comma; nothing happens when it is missing.
  public mutating func remove(member name: String, of object: JSONNode) {
    precondition(object.storage === document.storage, "a node of another document")
    guard let value = object[member: name] else { return }
    objects[object.row, default: ObjectEdit()].removed.insert(value.row - 1)
  }

  /// Adds a member at the end of an object. The caller knows that it has none of this name left.
  /// - Parameter raw: one JSON value; the caller answers for it being one.
  public mutating func insert(
    member name: String, _ raw: some Collection<UInt8>, into object: JSONNode
  ) {
    precondition(object.storage === document.storage, "a node of another document")
    precondition(object.kind == .object, "no object to insert into")
    objects[object.row, default: ObjectEdit()].inserted.append((name, Array(raw)))
  }

  /// Replaces a member's value, or adds the member at the end when there is none.
  public mutating func set(
    member name: String, _ raw: some Collection<UInt8>, of object: JSONNode
  ) {
    if let value = object[member: name] {
      replace(value, with: raw)
    } else {
      insert(member: name, raw, into: object)
    }
  }

  /// The text with all edits made.
  public func apply() -> [UInt8] { apply(within: 0..<document.bytes.count) }

  /// The text of a node with all edits made, which must lie within it.
  public func apply(to node: JSONNode) -> [UInt8] {
    precondition(node.storage === document.storage, "a node of another document")
    return apply(within: node.rawRange)
  }

  private func apply(within range: Range<Int>) -> [UInt8] {
    var edits = replacements
    for (row, change) in objects { append(change, ofObjectAt: row, to: &edits) }
    edits.sort { ($0.range.lowerBound, $0.order) < ($1.range.lowerBound, $1.order) }
    let bytes = document.bytes
    var result: [UInt8] = []
    result.reserveCapacity(range.count + edits.reduce(0) { $0 + $1.bytes.count })
    var copied = range.lowerBound
    for edit in Self.outermost(edits) {
      result += bytes[copied..<edit.range.lowerBound]
      result += edit.bytes
      copied = edit.range.upperBound
    }
    result += bytes[copied..<range.upperBound]
    return result
  }

  /// Without those that lie within an earlier one's range; of two on one range the later wins.
  private static func outermost(_ edits: [Edit]) -> [Edit] {
    var kept: [Edit] = []
    for edit in edits {
      guard let last = kept.last else {
        kept.append(edit)
        continue
      }
      if edit.range.lowerBound >= last.range.upperBound {
        kept.append(edit)
      } else if edit.range.lowerBound == last.range.lowerBound,
        edit.range.upperBound >= last.range.upperBound
      {
        kept[kept.count - 1] = edit
      }
    }
    return kept
  }

  private func append(_ change: ObjectEdit, ofObjectAt row: Int, to edits: inout [Edit]) {
    let object = JSONNode(storage: document.storage, row: row)
    var survivors = 0
    var previousEnd = object.rawRange.lowerBound + 1
    let members = Array(object.memberNodes)
    for (index, member) in members.enumerated() {
      let (start, end) = (member.name.rawRange.lowerBound, member.value.rawRange.upperBound)
      if !change.removed.contains(member.name.row) {
        survivors += 1
      } else if survivors > 0 {
        edits.append(Edit(range: previousEnd..<end, bytes: [], order: .max - 1))
      } else {
        let next = index + 1 < members.count ? members[index + 1].name.rawRange.lowerBound : end
        edits.append(Edit(range: start..<next, bytes: [], order: .max - 1))
      }
      previousEnd = end
    }
    guard !change.inserted.isEmpty else { return }
    var text: [UInt8] = []
    for (name, value) in change.inserted {
      if survivors > 0 || !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text += Self.quoted(name)
      text.append(UInt8(ascii: ":"))
      text += value
    }
    edits.append(Edit(range: previousEnd..<previousEnd, bytes: text, order: .max))
  }

  private static func quoted(_ string: String) -> [UInt8] {
    var string = string
    var bytes: [UInt8] = []
    string.withUTF8 { JSONQuoting.append($0, to: &bytes) }
    return bytes
  }
}
