import Crypto

/// The files that pages use. Their paths change with their content, so browsers may keep them.
enum Assets {
  struct File: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    fileprivate init(_ name: String, _ type: String, _ text: String) {
      bytes = Array(text.utf8)
      self.type = type
      let digest = SHA256.hash(bytes).hex.prefix(16)
      path = "/console/assets/\(digest)-\(name)"
    }
  }

  static let stylesheet = File(
    "console.css", "text/css; charset=utf-8", Stylesheet.text + Stylesheet.approvals)
  static let script = File("console.js", "text/javascript; charset=utf-8", Script.text)
  static let icon = File("icon.svg", "image/svg+xml", Icon.text)

  static func named(_ path: String) -> File? {
    guard path.hasPrefix("/console/assets/") else { return nil }
    return [stylesheet, script, icon].first { $0.path == path }
  }
}
