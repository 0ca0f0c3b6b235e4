import JSON
import Reactor

/// What a revision with sessions does not have of a result, and what becomes of it
/// (docs/reference/protocol.md). What need not change is not copied and stays byte for byte.
struct Downgrade {
  /// The revision of the client.
  let version: ProtocolVersion

  /// What becomes of a member.
  enum Treatment {
    case keep
    case drop
    /// The JSON text of another value.
    case replace(OutgoingBytes)
  }

  /// What becomes of a member of a result but `_meta` and `resultType`.
  func treat(_ name: JSONNode, _ value: JSONNode, of result: JSONNode) -> Treatment {
    if name.equals("ttlMs") || name.equals("cacheScope") { return .drop }
    if name.equals("structuredContent") { return drops(structured: value) ? .drop : .keep }
    guard value.kind == .array else { return .keep }
    let replaced: OutgoingBytes? =
      if name.equals("tools") {
        edit(value) { without($0, isTool: true) }
      } else if name.equals("content") {
        blocks(value, of: result)
      } else if version >= .v2025_11_25 {
        nil
      } else if name.equals("resources") || name.equals("resourceTemplates") {
        edit(value) { without($0) }
      } else if name.equals("prompts") {
        edit(value, prompt)
      } else if name.equals("messages") {
        edit(value, message)
      } else if name.equals("contents") {
        edit(value, contents)
      } else {
        nil
      }
    return replaced.map { .replace($0) } ?? .keep
  }

  // MARK: lists

  /// An entry of a list without members that came later.
  private func without(_ entry: JSONNode, isTool: Bool = false) -> OutgoingBytes? {
    func drops(_ name: JSONNode, _ value: JSONNode) -> Bool {
      if isTool, name.equals("outputSchema") {
        // Until 2025-11-25 its root is that of an object.
        return version < .v2025_06_18 || value[member: "type"]?.equals("object") != true
      }
      guard version < .v2025_11_25 else { return false }
      if name.equals("icons") || isTool && name.equals("execution") { return true }
      guard version < .v2025_06_18 else { return false }
      return name.equals("title") || name.equals("_meta")
        || isTool && version < .v2025_03_26 && name.equals("annotations")
    }
    return Self.without(entry, drops)
  }

  private func prompt(_ entry: JSONNode) -> OutgoingBytes? {
    guard version < .v2025_06_18 else { return without(entry) }
    return Self.edit(members: entry) { name, value in
      if name.equals("icons") || name.equals("title") || name.equals("_meta") { return .drop }
      guard name.equals("arguments"), value.kind == .array,
        let arguments = edit(value, { Self.without($0) { name, _ in name.equals("title") } })
      else { return .keep }
      return .replace(arguments)
    }
  }

  // MARK: content

  private func drops(structured value: JSONNode) -> Bool {
    version < .v2025_06_18 || value.kind != .object
  }

  /// The `content` that a tool's result needs and does not have: its structured content as text,
  /// when that is dropped and nothing else says it.
  func missingContent(of result: JSONNode) -> OutgoingBytes? {
    guard let structured = result[member: "structuredContent"], drops(structured: structured),
      result[member: "content"] == nil
    else { return nil }
    var content = OutgoingBytes()
    content.append(text: "[")
    content.append(Self.text(structured.description))
    content.append(text: "]")
    return content
  }

  private func blocks(_ content: JSONNode, of result: JSONNode) -> OutgoingBytes? {
    var unsaid: OutgoingBytes?
    if let structured = result[member: "structuredContent"], drops(structured: structured),
      !content.elements.contains(where: { $0[member: "type"]?.equals("text") == true })
    {
      unsaid = Self.text(structured.description)
    }
    return edit(content, adding: unsaid) { version < .v2025_11_25 ? block($0) : nil }
  }

  private func message(_ message: JSONNode) -> OutgoingBytes? {
    Self.edit(members: message) { name, value in
      guard name.equals("content"), let block = block(value) else { return .keep }
      return .replace(block)
    }
  }

  /// A content block, of a revision before 2025-11-25.
  private func block(_ block: JSONNode) -> OutgoingBytes? {
    guard let type = block[member: "type"] else { return nil }
    if version < .v2025_03_26, type.equals("audio") { return audio(block) }
    if type.equals("resource_link") {
      return version < .v2025_06_18
        ? link(block) : Self.without(block) { name, _ in name.equals("icons") }
    }
    guard version < .v2025_06_18 else { return nil }
    return Self.edit(members: block) { name, value in
      if name.equals("_meta") { return .drop }
      guard name.equals("resource"), let resource = contents(value) else { return .keep }
      return .replace(resource)
    }
  }

  /// What a resource holds.
  private func contents(_ contents: JSONNode) -> OutgoingBytes? {
    guard version < .v2025_06_18 else { return nil }
    return Self.without(contents) { name, _ in name.equals("_meta") }
  }

  private func audio(_ block: JSONNode) -> OutgoingBytes {
    let type = block[member: "mimeType"]?.string ?? "unknown type"
    let bytes = (block[member: "data"]?.raw.count ?? 2) / 4 * 3
    return Self.text(
      "[audio left out: \(type), about \(bytes) bytes; protocol version \(version) has no audio]",
      annotations: block[member: "annotations"])
  }

  private func link(_ block: JSONNode) -> OutgoingBytes {
    var lines: [String] = []
    for (label, member) in [("Resource", "name"), ("URI", "uri"), ("Type", "mimeType")] {
      if let value = block[member: member]?.string { lines.append("\(label): \(value)") }
    }
    if let description = block[member: "description"]?.string { lines.append(description) }
    return Self.text(
      lines.joined(separator: "\n"), annotations: block[member: "annotations"])
  }

  /// A text block.
  private static func text(_ text: String, annotations: JSONNode? = nil) -> OutgoingBytes {
    var writer = JSONWriter(reservingCapacity: text.utf8.count + 64)
    writer.beginObject()
    writer.name("type")
    writer.string("text")
    writer.name("text")
    writer.string(text)
    if let annotations {
      writer.name("annotations")
      writer.node(annotations)
    }
    writer.endObject()
    return OutgoingBytes(writer.bytes)
  }
}

extension Downgrade {
  /// An array with other elements, and with one more; nil when nothing changes.
  private func edit(
    _ array: JSONNode, adding last: OutgoingBytes? = nil,
    _ replacement: (JSONNode) -> OutgoingBytes?
  ) -> OutgoingBytes? {
    var edited = OutgoingBytes()
    let bytes = array.document.bytes
    var taken = array.rawRange.lowerBound
    for element in array.elements {
      guard let other = replacement(element) else { continue }
      edited.append(taken..<element.rawRange.lowerBound, of: bytes)
      edited.append(other)
      taken = element.rawRange.upperBound
    }
    guard !edited.isEmpty || last != nil else { return nil }
    let end = array.rawRange.upperBound - 1
    edited.append(taken..<end, of: bytes)
    if let last {
      if array.count > 0 { edited.append(text: ",") }
      edited.append(last)
    }
    edited.append(text: "]")
    return edited
  }

  /// An object without some members; nil when there are none of them.
  private static func without(
    _ object: JSONNode, _ drops: (_ name: JSONNode, _ value: JSONNode) -> Bool
  ) -> OutgoingBytes? {
    guard object.memberNodes.contains(where: { drops($0.name, $0.value) }) else { return nil }
    return edit(members: object) { drops($0, $1) ? .drop : .keep }
  }

  /// An object with other members; nil when all are kept.
  private static func edit(
    members object: JSONNode, _ treat: (_ name: JSONNode, _ value: JSONNode) -> Treatment
  ) -> OutgoingBytes? {
    guard object.kind == .object else { return nil }
    var edited = OutgoingBytes()
    edited.append(text: "{")
    var isFirst = true
    let changes = ObjectCopy.edit(object, to: &edited, isFirst: &isFirst, treat: treat)
    guard changes else { return nil }
    edited.append(text: "}")
    return edited
  }
}
