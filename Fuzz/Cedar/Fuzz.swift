@_spi(Checking) import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

private let entities: Entities = {
  let alice = EntityUID(type: "User", id: "alice")
  let staff = EntityUID(type: "Group", id: "staff")
  let descriptions = [
    Entity(
      alice, attributes: ["name": "Alice", "age": 30], parents: [staff], tags: ["team": "blue"]),
    Entity(staff, attributes: ["size": 3]),
    Entity(EntityUID(type: "Doc", id: "d"), attributes: ["owner": .entity(alice)]),
    Entity(
      EntityUID(type: "Action", id: "read"), parents: [EntityUID(type: "Action", id: "reads")]),
  ]
  return (try? Entities(descriptions)) ?? .empty
}()

private let request = Request(
  principal: EntityUID(type: "User", id: "alice"),
  action: EntityUID(type: "Action", id: "read"),
  resource: EntityUID(type: "Doc", id: "d"),
  context: [
    "n": 7, "s": "text", "t": true, "set": .set([1, 2, 3]),
    "input": .record(["amount": 500, "to": .record(["name": "bob"])]),
  ])

/// Parses the input as policies. When they are right, decides one request by the index and by
/// looking at every policy, which must agree; when they are wrong, renders the errors.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(PolicyParseErrors) {
    let policies = try PolicySet.parse(text, file: "fuzz")
    let indexed = Authorizer.isAuthorized(request, policies: policies, entities: entities)
    let scanned = Authorizer.isAuthorizedByScan(request, policies: policies, entities: entities)
    precondition(indexed.satisfiedPermits == scanned.satisfiedPermits)
    precondition(indexed.satisfiedForbids == scanned.satisfiedForbids)
    precondition(indexed.errors.map(\.policy) == scanned.errors.map(\.policy))
    for error in indexed.errors { sink &+= error.description.utf8.count }
    sink &+= indexed.determining.count &+ policies.contextUse.members.count
  } catch {
    sink &+= error.description.utf8.count
  }
  return 0
}
