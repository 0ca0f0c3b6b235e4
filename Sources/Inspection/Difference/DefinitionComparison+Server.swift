import JSON

/// Who a server is: what is run, or where it is reached. Whatever differs there is power.
extension DefinitionComparison {
  mutating func compareServers(_ before: JSONNode, _ after: JSONNode) {
    guard !before.equals(after) else { return }
    guard before.kind == .object, after.kind == .object else {
      return add(.server, true, "", before, after, "It is another server.")
    }
    for (name, old, new) in differingMembers(of: before, after) {
      let widens = name != "tls_verify" || new?.bool != true
      add(
        .server, widens, "/" + JSONPointer.escaped(name), old, new, serverMeaning(name, old, new))
    }
  }

  private func serverMeaning(_ name: String, _ old: JSONNode?, _ new: JSONNode?) -> String {
    switch name {
    case "transport": "It is reached another way."
    case "command": "Another program is started."
    case "arguments": "Its program is given other arguments."
    case "environment": "Its program is given other variables."
    case "cwd": "Its program starts in another directory."
    case "executable":
      isSameFile(old, new)
        ? "The program's file is another than before." : "Another file is started."
    case "script":
      isSameFile(old, new) ? "The script's file is another than before." : "Another script is run."
    case "url": "It is at another address."
    case "origin": "Requests go to another host."
    case "headers": "Requests carry other headers."
    case "tls_verify":
      new?.bool == true ? "Its certificate is checked now." : "Its certificate is not checked."
    case "ca": "Other certificate authorities are trusted."
    default: "`\(shown(name))` is another."
    }
  }

  private func isSameFile(_ old: JSONNode?, _ new: JSONNode?) -> Bool {
    guard let before = old?[member: "path"]?.stringBytes else { return false }
    return before == new?[member: "path"]?.stringBytes
  }
}
