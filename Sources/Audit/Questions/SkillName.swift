import JSON

/// A skill as a client named it.
public struct SkillName: Sendable, Hashable {
  /// Its name.
  public var name: String?
  /// Its version.
  public var version: String?
  /// The digest of its files.
  public var digest: String?

  /// `name@version digest`, the digest cut to twelve digits; empty when nothing is known.
  public var short: String {
    var text = name ?? ""
    if let version { text += "@\(version)" }
    if let digest { text += (text.isEmpty ? "" : " ") + ShortDigest.of(digest) }
    return text
  }

  var isEmpty: Bool { name == nil && version == nil && digest == nil }

  func write(_ member: String, to writer: inout JSONWriter) {
    guard !isEmpty else { return }
    writer.name(member)
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    writer.member("digest", digest)
    writer.endObject()
  }
}

/// The beginning of a digest, for people.
enum ShortDigest {
  static func of(_ digest: String) -> String {
    let text = digest.hasPrefix("sha256:") ? digest.dropFirst(7) : digest[...]
    return String(text.prefix(12))
  }
}

extension JSONWriter {
  mutating func member(_ name: String, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  mutating func member(_ name: String, _ number: Int64?) {
    guard let number else { return }
    self.name(name)
    int(number)
  }

  mutating func member(_ name: String, _ number: Int) {
    self.name(name)
    int(number)
  }

  mutating func member(_ name: String, _ truth: Bool) {
    self.name(name)
    bool(truth)
  }

  mutating func array<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }

  mutating func array(_ name: String, _ texts: [String]) {
    array(name, texts) { $0.string($1) }
  }
}
