import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

/// Made for each input: the leak sanitizer does not see what a global reaches through the tagged
/// pointers of indirect cases.
private func makeSchema() -> Schema? {
  try? Schema.parse(
    """
    entity Group;
    entity Color enum ["red", "blue"];
    entity User in [Group] = {
      name: String, age?: Long, friends?: Set<User>, color?: Color,
      home?: { address: ipaddr, since?: datetime }, limit?: decimal, pause?: duration, on?: Bool
    } tags Set<String>;
    action all;
    action read in [all] appliesTo { principal: User, resource: Group };
    """, file: "schema")
}

/// Reads the input as entities, without a schema and with one. What is written of them reads as the
/// same entities; those that conform to the schema do so again. What is wrong is rendered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let schema = makeSchema() else { preconditionFailure("the schema is wrong") }
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  for schema in [nil, schema] {
    do throws(DataErrors) {
      check(try Entities.parse(json: input, schema: schema), schema)
    } catch {
      sink &+= error.description.utf8.count
    }
  }
  return 0
}

private func check(_ entities: Entities, _ schema: Schema?) {
  guard let json = try? entities.json else { return }
  let reread = try? Entities.parse(json: json, schema: schema)
  precondition(
    (try? reread?.json)?.utf8.elementsEqual(json.utf8) == true, "the JSON reads differently")
}
