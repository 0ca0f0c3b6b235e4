internal import JSON

/// Masks what looks like a secret: values of members whose names say so, and texts in forms that
/// secrets have. A help against carelessness, no promise: what must not be kept is kept by no
/// setting but `metadata` or `none`.
enum PayloadRedaction {
  static let mask = "[redacted]"

  /// Words in the names of members, compared in lower case without `-` and `_`.
  static let names = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey",
    "credential", "authorization", "cookie", "sessionid", "connectionstring", "pincode", "cvv",
  ]

  /// How texts begin that are secrets by their form.
  static let prefixes = [
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-",
    "AKIA", "ASIA", "sk-", "sk_live_", "rk_live_", "AIza", "ya29.", "eyJ", "Bearer ", "Basic ",
    "-----BEGIN ", "npm_", "pypi-", "dop_v1_", "hf_",
  ]

  /// The JSON text with secrets masked, otherwise as it came; nil when it is no JSON.
  static func mask(_ json: ArraySlice<UInt8>) -> [UInt8]? {
    guard let document = try? JSONDocument(parsing: Array(json)) else { return nil }
    var writer = JSONWriter(reservingCapacity: json.count)
    write(document.root, isSecret: false, to: &writer)
    return writer.bytes
  }

  private static func write(_ node: JSONNode, isSecret: Bool, to writer: inout JSONWriter) {
    switch node.kind {
    case .object:
      writer.beginObject()
      for (name, value) in node.members {
        writer.name(name)
        write(value, isSecret: isSecret || isSecretName(name), to: &writer)
      }
      writer.endObject()
    case .array:
      writer.beginArray()
      for element in node.elements { write(element, isSecret: isSecret, to: &writer) }
      writer.endArray()
    case .string:
      if isSecret || isSecretText(node.string ?? "") {
        writer.string(mask)
      } else {
        writer.raw(node.raw)
      }
    case .number:
      if isSecret { writer.string(mask) } else { writer.raw(node.raw) }
    default: writer.raw(node.raw)
    }
  }

  private static func isSecretName(_ name: String) -> Bool {
    let plain = name.lowercased().filter { $0 != "-" && $0 != "_" }
    return names.contains { plain.contains($0) }
  }

  private static func isSecretText(_ text: String) -> Bool {
    if prefixes.contains(where: { text.hasPrefix($0) }) { return text.utf8.count >= 12 }
    // user:password@host of a URL
    guard let scheme = text.firstRange(of: "://") else { return false }
    let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }
}
