import Foundation

@testable import Cedar

/// The Cedar project's own test data, when it is laid beside the package.
enum OfficialData {
  /// The directory of the data, or nil when it is absent.
  static let directory: URL? = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = root.appending(path: "../shared/data/cedar").standardized
    return FileManager.default.fileExists(atPath: data.path) ? data : nil
  }()

  struct Request {
    let description: String
    let request: Cedar.Request
    let decision: String
    let reasons: Set<String>
    let errors: Set<String>
  }

  static func json(_ file: URL) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(contentsOf: file), options: [.fragmentsAllowed])
  }

  static func entities(_ file: URL) throws -> [Entity] {
    try array(json(file)).map { item in
      let item = try object(item)
      return Entity(
        try uid(item["uid"]), attributes: try record(item["attrs"] ?? [String: Any]()),
        parents: try array(item["parents"]).map(uid),
        tags: try record(item["tags"] ?? [String: Any]()))
    }
  }

  static func requests(_ test: [String: Any]) throws -> [Request] {
    try array(test["requests"]).map { item in
      let item = try object(item)
      return Request(
        description: item["description"] as? String ?? "",
        request: Cedar.Request(
          principal: try uid(item["principal"]), action: try uid(item["action"]),
          resource: try uid(item["resource"]), context: try record(item["context"])),
        decision: item["decision"] as? String ?? "",
        reasons: Set(try array(item["reason"]).compactMap { $0 as? String }),
        errors: Set(try array(item["errors"]).compactMap { $0 as? String }))
    }
  }

  struct Unreadable: Error { let what: String }

  static func object(_ value: Any?) throws -> [String: Any] {
    guard let object = value as? [String: Any] else {
      throw Unreadable(what: "no object: \(String(describing: value))")
    }
    return object
  }

  static func array(_ value: Any?) throws -> [Any] {
    guard let array = value as? [Any] else {
      throw Unreadable(what: "no array: \(String(describing: value))")
    }
    return array
  }

  static func uid(_ value: Any?) throws -> EntityUID {
    let outer = try object(value)
    let object = try outer["__entity"].map(object) ?? outer
    guard let type = object["type"] as? String, let id = object["id"] as? String else {
      throw Unreadable(what: "no uid: \(object)")
    }
    return EntityUID(type: EntityType(type), id: id)
  }

  static func record(_ value: Any?) throws -> Record {
    Record(try object(value).map { Record.Member(AttributeName($0.key), try self.value($0.value)) })
  }

  static func value(_ json: Any) throws -> Value {
    switch json {
    case let number as NSNumber:
      return String(cString: number.objCType) == "c"
        ? .bool(number.boolValue) : .long(number.int64Value)
    case let string as String: return .string(string)
    case let array as [Any]: return .set(ValueSet(try array.map(value)))
    case let object as [String: Any]:
      if object["__entity"] != nil { return .entity(try uid(object)) }
      if let call = object["__extn"] {
        return .extension(try extensionValue(self.object(call)))
      }
      // The schema says that this is an entity; no record of the data has these two members.
      if Set(object.keys) == ["type", "id"] { return .entity(try uid(object)) }
      return .record(try record(object))
    default: throw Unreadable(what: "no value: \(json)")
    }
  }

  static func extensionValue(_ call: [String: Any]) throws -> ExtensionValue {
    if call["fn"] as? String == "offset",
      case .extension(.datetime(let moment))? = try array(call["args"]).first.map(value),
      case .extension(.duration(let duration))? = try array(call["args"]).last.map(value),
      let result = moment.offset(by: duration)
    {
      return .datetime(result)
    }
    guard let name = call["fn"] as? String, let text = call["arg"] as? String,
      let value = ExtensionFunction.named(name, constructor: true)?.make(from: text)
    else { throw Unreadable(what: "no extension value: \(call)") }
    return value
  }

  /// Unpacks an archive into a new temporary directory, which the caller removes.
  static func unpack(_ archive: URL) throws -> URL {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "cedar-corpus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tar", "-xzf", archive.path, "-C", directory.path]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unreadable(what: "tar failed") }
    return directory
  }
}

extension OfficialData {
  /// Gives the text of each policy file of the generated corpus; false when the corpus is absent.
  static func forEachCorpusPolicy(_ body: (String, String) throws -> Void) throws -> Bool {
    guard let directory else { return false }
    let unpacked = try unpack(directory.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let folder = unpacked.appending(path: "corpus-tests")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where name.hasSuffix(".cedar") {
      try body(name, String(contentsOf: folder.appending(path: name), encoding: .utf8))
    }
    return true
  }
}
