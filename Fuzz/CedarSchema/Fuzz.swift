import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

/// Reads the input as a schema in Cedar's own syntax. What it is as JSON and as text reads as the
/// same schema, and its names mean something in all three or in none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(SchemaErrors) {
    let schema = try SchemaSyntax(parsing: text, file: "fuzz")
    let json = schema.json
    let fromJSON = try? SchemaSyntax(json: json, file: "fuzz")
    precondition(fromJSON?.json.utf8.elementsEqual(json.utf8) == true, "the JSON reads differently")
    guard let written = try? schema.text() else { return 0 }
    let fromText = try? SchemaSyntax(parsing: written, file: "fuzz")
    precondition(
      (try? fromText?.text())?.utf8.elementsEqual(written.utf8) == true,
      "the text reads differently")
    let resolved = resolves(schema)
    precondition(fromJSON.map(resolves) == resolved && fromText.map(resolves) == resolved)
  } catch {
    sink &+= error.description.utf8.count
  }
  return 0
}

private func resolves(_ syntax: SchemaSyntax) -> Bool {
  do throws(SchemaErrors) {
    sink &+= try Schema(resolving: syntax).entityTypes.count
    return true
  } catch {
    sink &+= error.description.utf8.count
    return false
  }
}
