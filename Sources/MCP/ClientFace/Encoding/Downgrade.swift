import JSON

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
    case replace([UInt8])
  }

  /// What becomes of a member of a result but `_meta` and `resultType`.
  func treat(_ name: JSONNode, _ value: JSONNode, of result: JSONNode) -> Treatment {
    if name.equals("ttlMs") || name.equals("cacheScope") { return .drop }
    if name.equals("structuredContent") { return drops(structured: value) ? .drop : .keep }
    guard value.kind == .array else { return .keep }
    let replaced: [UInt8]? =
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
  private func without(_ entry: JSONNode, isTool: Bool = false) -> [UInt8]? {
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

  private func prompt(_ entry: JSONNode) -> [UInt8]? {
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
  func missingContent(of result: JSONNode) -> [UInt8]? {
    guard let structured = result[member: "structuredContent"], drops(structured: structured),
      result[member: "content"] == nil
    else { return nil }
    return [UInt8(ascii: "[")] + Self.text(structured.description) + [UInt8(ascii: "]")]
  }

  private func blocks(_ content: JSONNode, of result: JSONNode) -> [UInt8]? {
    let edited = version < .v2025_11_25 ? edit(content, block) : nil
    guard let structured = result[member: "structuredContent"], drops(structured: structured),
      !content.elements.contains(where: { $0[member: "type"]?.equals("text") == true })
    else { return edited }
    var text = edited ?? Array(content.raw)
    text.removeLast()
    if content.count > 0 { text.append(UInt8(ascii: ",")) }
    text += Self.text(structured.description)
    text.append(UInt8(ascii: "]"))
    return text
  }

  private func message(_ message: JSONNode) -> [UInt8]? {
    Self.edit(members: message) { name, value in
      guard name.equals("content"), let block = block(value) else { return .keep }
      return .replace(block)
    }
  }

  /// A content block, of a revision before 2025-11-25.
  private func block(_ block: JSONNode) -> [UInt8]? {
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
  private func contents(_ contents: JSONNode) -> [UInt8]? {
    guard version < .v2025_06_18 else { return nil }
    return Self.without(contents) { name, _ in name.equals("_meta") }
  }

  private func audio(_ block: JSONNode) -> [UInt8] {
    let type = block[member: "mimeType"]?.string ?? "unknown type"
    let bytes = (block[member: "data"]?.raw.count ?? 2) / 4 * 3
    return Self.text(
      "[audio left out: \(type), about \(bytes) bytes; protocol version \(version) has no audio]",
      annotations: block[member: "annotations"])
  }

  private func link(_ block: JSONNode) -> [UInt8] {
    var lines: [String] = []
    for (label, member) in [("Resource", "name"), ("URI", "uri"), ("Type", "mimeType")] {
      if let value = block[member: member]?.string { lines.append("\(label): \(value)") }
    }
    if let description = block[member: "description"]?.string { lines.append(description) }
    return Self.text(
      lines.joined(separator: "\n"), annotations: block[member: "annotations"])
  }

  /// A text block.
  private static func text(_ text: String, annotations: JSONNode? = nil) -> [UInt8] {
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
    return writer.bytes
  }
}

extension Downgrade {
  /// An array with other elements; nil when none changes.
  private func edit(_ array: JSONNode, _ replacement: (JSONNode) -> [UInt8]?) -> [UInt8]? {
    var edited: [UInt8]?
    let bytes = array.document.bytes
    var copied = array.rawRange.lowerBound
    for element in array.elements {
      guard let other = replacement(element) else { continue }
      if edited == nil {
        edited = []
        edited?.reserveCapacity(array.raw.count)
      }
      edited? += bytes[copied..<element.rawRange.lowerBound]
      edited? += other
      copied = element.rawRange.upperBound
    }
    edited? += bytes[copied..<array.rawRange.upperBound]
    return edited
  }

  /// An object without some members; nil when there are none of them.
  private static func without(
    _ object: JSONNode, _ drops: (_ name: JSONNode, _ value: JSONNode) -> Bool
  ) -> [UInt8]? {
    guard object.memberNodes.contains(where: { drops($0.name, $0.value) }) else { return nil }
    return edit(members: object) { drops($0, $1) ? .drop : .keep }
  }

  /// An object with other members; nil when all are kept.
  private static func edit(
    members object: JSONNode, _ treat: (_ name: JSONNode, _ value: JSONNode) -> Treatment
  ) -> [UInt8]? {
    guard object.kind == .object else { return nil }
    var edited = [UInt8(ascii: "{")]
    edited.reserveCapacity(object.raw.count)
    var isFirst = true
    let changes = ObjectCopy.edit(object, to: &edited, isFirst: &isFirst, treat: treat)
    guard changes else { return nil }
    edited.append(UInt8(ascii: "}"))
    return edited
  }
}
