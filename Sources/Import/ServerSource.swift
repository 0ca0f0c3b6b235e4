import JSON

/// One server as another program's file has it.
struct ServerSource {
  var name: String
  var node: JSONNode
  /// Where the program starts it, when that is one project's directory.
  var directory: String?
  var notes: [String] = []

  /// The members of a member that are texts.
  func strings(_ member: String) -> [(name: String, value: String)] {
    guard let object = node[member: member], object.kind == .object else { return [] }
    return object.members.compactMap { name, value in
      value.kind == .null ? nil : (name, value.string ?? value.description)
    }
  }
}
