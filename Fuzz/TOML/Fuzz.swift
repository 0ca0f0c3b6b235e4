import Import
import JSON

// Reads bytes as TOML and asks that what comes out is JSON, and the same each time; and as the file
// of each program, from which no value that was taken out may show.

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard let start, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let json = try? TOMLReader.json(of: bytes) {
    precondition((try? TOMLReader.json(of: bytes)) == json, "it reads differently")
    let limits = JSONLimits(depth: 512)
    precondition((try? JSONDocument(parsing: json, limits: limits)) != nil, "it makes no JSON")
  }
  for client in ClientApplication.allCases {
    guard
      let servers = try? ClientFile.servers(in: bytes, of: client, path: "/p/f", home: "/h")
    else { continue }
    for server in servers {
      guard let definition = try? JSONDocument(parsing: server.definition).root else {
        preconditionFailure("a definition is no JSON")
      }
      precondition(definition.kind == .object)
      for (name, value) in definition[member: "env"].map({ Array($0.members) }) ?? [] {
        precondition(value.string?.contains("${") == true, "a value stays in `\(name)`")
      }
    }
  }
  return 0
}
