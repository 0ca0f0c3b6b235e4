import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

/// Reads the input as a schema in the JSON syntax. What is written of it reads as the same schema;
/// if it can be written in Cedar's own syntax, that means something when the JSON does.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(SchemaErrors) {
    let syntax = try SchemaSyntax(json: text, file: "fuzz")
    let json = syntax.json
    let again = try? SchemaSyntax(json: json, file: "fuzz")
    precondition(again?.json.utf8.elementsEqual(json.utf8) == true, "the JSON reads differently")
    let schema = try Schema(resolving: syntax)
    guard let written = try? syntax.text() else { return 0 }
    let reread = try? Schema.parse(written, file: "fuzz")
    precondition(
      reread?.entityTypes.count == schema.entityTypes.count
        && reread?.actions.count == schema.actions.count, "the text means something else")
  } catch {
    sink &+= error.description.utf8.count
  }
  return 0
}
