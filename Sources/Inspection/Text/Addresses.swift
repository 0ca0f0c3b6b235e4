/// Words that are addresses or paths.
enum Addresses {
  static func kind(of chunk: ArraySlice<UInt8>) -> Sentence.Reference.Kind? {
    guard chunk.count >= 4, chunk.count <= 4096 else { return nil }
    let text = String(decoding: chunk, as: UTF8.self).lowercased()
    if isURL(text) { return .url }
    let path = text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? text
    if secretFiles.contains(where: { isPath(path, of: $0) }) { return .secretPath }
    if systemPaths.contains(where: { path.hasPrefix($0) }) { return .systemPath }
    return nil
  }

  /// The host of an address; nil when there is none.
  static func host(of url: String) -> Substring? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    return url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  private static func isURL(_ text: String) -> Bool {
    if text.hasPrefix("www.") { return true }
    guard let scheme = text.firstRange(of: "://") else { return false }
    return ["http", "https", "ftp", "ws", "wss"].contains { text[..<scheme.lowerBound] == $0 }
  }

  /// Whether a file's name is the last of the path, or a directory is in it.
  private static func isPath(_ path: String, of file: String) -> Bool {
    if path == file { return true }
    guard let range = path.firstRange(of: file) else { return false }
    let startsThere =
      range.lowerBound == path.startIndex
      || "/~\\:".contains(path[path.index(before: range.lowerBound)]) || file.hasPrefix("/")
    let endsThere =
      range.upperBound == path.endIndex || file.hasSuffix("/")
      || "/\\:*".contains(path[range.upperBound])
    return startsThere && endsThere
  }

  /// Files that hold secrets, or that a shell runs at each start.
  private static let secretFiles = [
    ".ssh/", ".ssh", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa", "authorized_keys", ".aws/",
    ".env", ".env.local", ".env.production", ".netrc", ".pgpass", ".npmrc", ".pypirc",
    ".git-credentials", ".gnupg/", ".kube/config", ".docker/config.json", "/etc/passwd",
    "/etc/shadow", "/etc/sudoers", ".bashrc", ".zshrc", ".bash_profile", ".profile",
    ".bash_history", ".zsh_history", "wallet.dat", ".cursor/mcp.json", "mcp.json",
    "claude_desktop_config.json", ".config/gcloud/", ".azure/", "login.keychain",
    "/proc/self/environ",
  ]

  private static let systemPaths = ["/etc/", "/proc/", "/sys/", "/var/log/", "~/."]
}
