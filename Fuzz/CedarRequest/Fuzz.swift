import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

/// Made for each input: the leak sanitizer does not see what a global reaches through the tagged
/// pointers of indirect cases.
private func makeSchema() -> Schema? {
  try? Schema.parse(
    """
    entity Color enum ["red", "blue"];
    entity User;
    entity Doc;
    action read appliesTo {
      principal: User, resource: [Doc, Color],
      context: {
        a?: Long, owner?: User, all?: Set<{ b: Bool }>, color?: Color,
        address?: ipaddr, at?: datetime, limit?: decimal, pause?: duration
      }
    };
    """, file: "schema")
}

/// Reads the input as a request and as a context, without a schema and with one. What is written of
/// them reads as the same. What is wrong is rendered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let schema = makeSchema() else { preconditionFailure("the schema is wrong") }
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  for schema in [nil, schema] {
    do throws(DataErrors) {
      check(try Request.parse(json: input, schema: schema), schema)
    } catch {
      sink &+= error.description.utf8.count
    }
  }
  do throws(DataErrors) {
    let context = try Record.parse(contextJSON: input)
    guard let json = try? context.contextJSON else { return 0 }
    let reread = try? Record.parse(contextJSON: json)
    precondition(
      (try? reread?.contextJSON)?.utf8.elementsEqual(json.utf8) == true,
      "the context reads differently")
  } catch {
    sink &+= error.description.utf8.count
  }
  return 0
}

private func check(_ request: Request, _ schema: Schema?) {
  guard let json = try? request.json else { return }
  let reread = try? Request.parse(json: json, schema: schema)
  precondition(
    (try? reread?.json)?.utf8.elementsEqual(json.utf8) == true, "the request reads differently")
}
