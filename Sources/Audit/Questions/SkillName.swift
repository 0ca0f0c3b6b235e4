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
