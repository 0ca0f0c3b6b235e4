import Admin
import JSON

/// What stands under a server's name, while it is made ready for the store.
struct UpstreamDefinition {
  private var members: [(name: String, value: [UInt8])]
  private let isObject: Bool

  /// JSON that is no object is none.
  init(_ definition: [UInt8]) {
    self.init((try? JSONDocument(parsing: definition))?.root)
  }

  init(_ definition: JSONNode?) {
    isObject = definition?.kind == .object
    members = definition.map { $0.members.map { ($0.name, Array($0.value.raw)) } } ?? []
  }

  /// Names one more file of variables, whose values count before those of the others.
  mutating func add(environmentFile path: String) {
    var paths = JSONWriter()
    paths.beginArray()
    if let index = members.firstIndex(where: { $0.name == "envFile" }) {
      let old = members.remove(at: index).value
      if let list = try? JSONDocument(parsing: old).root {
        if list.kind == .array {
          for path in list.elements { paths.raw(path.raw) }
        } else {
          paths.raw(list.raw)
        }
      }
    }
    paths.string(path)
    paths.endArray()
    members.append(("envFile", paths.bytes))
  }

  /// Leaves out whether it is enabled.
  mutating func removeSwitches() {
    members.removeAll { ["disabled", "enabled", "isActive"].contains($0.name) }
  }

  /// In the order in which it was given.
  var bytes: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    for (name, value) in members {
      writer.name(name)
      writer.raw(value)
    }
    writer.endObject()
    return writer.bytes
  }

  /// As it is stored and digested.
  func canonical() throws(UpstreamChangeError) -> [UInt8] {
    guard isObject else { throw UpstreamChangeError(400, "the definition must be an object") }
    do {
      return try JSONCanonical.encode(try JSONDocument(parsing: bytes).root)
    } catch {
      throw UpstreamChangeError(400, "the definition has no canonical form: \(error)")
    }
  }
}
