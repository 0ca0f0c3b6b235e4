/// Names of tools and prompts at aggregated endpoints: `server__name`.
public enum PublicName {
  /// Stands between the server's name and the upstream's own.
  static let separator = "__"

  /// The public name of what an upstream calls `own`.
  public static func of(_ own: String, server: String) -> String { server + separator + own }

  /// The server and its own name that a public name is made of. Server names have no `__` and do
  /// not end with `_`, so there is one way to read it; nil when it is none.
  public static func parts(of name: String) -> (server: String, own: String)? {
    let bytes = name.utf8
    let underscore = UInt8(ascii: "_")
    var previous = bytes.startIndex
    guard previous < bytes.endIndex else { return nil }
    var index = bytes.index(after: previous)
    while index < bytes.endIndex {
      if bytes[index] == underscore, bytes[previous] == underscore {
        let rest = bytes.index(after: index)
        guard previous > bytes.startIndex, rest < bytes.endIndex else { return nil }
        return (String(name[..<previous]), String(name[rest...]))
      }
      previous = index
      index = bytes.index(after: index)
    }
    return nil
  }
}
