import TestSupport
import Testing

@_spi(Checking) @testable import Cedar

@Suite("the scope index")
struct ScopeIndexTests {
  /// A random world: entities of few types in a random hierarchy, policies over them.
  struct RandomWorld {
    var random: SeededGenerator
    let types = ["A", "B", "N::A"]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func uid() -> EntityUID {
      EntityUID(type: EntityType(types[number(0..<types.count)]), id: String(number(0..<6)))
    }

    mutating func action() -> EntityUID {
      EntityUID(type: number(0..<4) == 0 ? "N::Action" : "Action", id: String(number(0..<6)))
    }

    mutating func entities() throws -> Entities {
      // Parents have larger ids, so there is no cycle; some entities are not described.
      var list: [Entity] = []
      for type in types + ["Action", "N::Action"] {
        for id in 0..<6 where number(0..<5) > 0 {
          var parents: [EntityUID] = []
          for _ in 0..<number(0..<3) where id < 5 {
            let isAction = type.hasSuffix("Action")
            let parentType = isAction ? type : types[number(0..<types.count)]
            parents.append(
              EntityUID(type: EntityType(parentType), id: String(number(id + 1..<7))))
          }
          list.append(Entity(EntityUID(type: EntityType(type), id: String(id)), parents: parents))
        }
      }
      return try Entities(list)
    }

    mutating func constraint(_ name: String) -> String {
      let type = types[number(0..<types.count)]
      switch number(0..<5) {
      case 0: return "\(name) == \(uid())"
      case 1: return "\(name) in \(uid())"
      case 2: return "\(name) is \(type)"
      case 3: return "\(name) is \(type) in \(uid())"
      default: return name
      }
    }

    mutating func actionConstraint() -> String {
      switch number(0..<4) {
      case 0: return "action == \(action())"
      case 1: return "action in \(action())"
      case 2:
        let actions = (0..<number(0..<4)).map { _ in action().description }
        return "action in [\(actions.joined(separator: ", "))]"
      default: return "action"
      }
    }

    mutating func policy() -> String {
      let conditions = [
        "", "", " when { context.n == 1 }", " unless { context.n == 1 }", " when { context.x }",
        " when { principal in A::\"5\" }",
      ]
      return (number(0..<3) == 0 ? "forbid" : "permit")
        + "(\(constraint("principal")), \(actionConstraint()), \(constraint("resource")))"
        + conditions[number(0..<conditions.count)] + ";"
    }
  }

  @Test("indexed and scanned decisions agree on random policies, entities and requests")
  func agreement() throws {
    var reached = 0
    for seed in 1...80 as ClosedRange<UInt64> {
      var world = RandomWorld(seed: seed)
      let text = (0..<world.number(1..<120)).map { _ in world.policy() }.joined(separator: "\n")
      let set = try policies(text)
      let entities = try world.entities()
      for number in 0..<60 {
        let request = Request(
          principal: world.uid(), action: world.action(), resource: world.uid(),
          context: ["n": .long(Int64(world.number(0..<3)))])
        let indexed = Authorizer.isAuthorized(request, policies: set, entities: entities)
        let scanned = Authorizer.isAuthorizedByScan(request, policies: set, entities: entities)
        let place: Comment = "seed \(seed), request \(number)"
        #expect(indexed.satisfiedPermits == scanned.satisfiedPermits, place)
        #expect(indexed.satisfiedForbids == scanned.satisfiedForbids, place)
        #expect(indexed.errors.map(\.description) == scanned.errors.map(\.description), place)
        reached += scanned.determining.count + scanned.errors.count
      }
    }
    #expect(reached > 1000)
  }

  @Test("indexed and scanned decisions agree for random conditions and an entity laid over")
  func agreementOfConditions() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = RandomPolicies(seed: seed)
      let set = try policies(random.policies(count: 40))
      let described = random.entities()
      for number in 0..<25 {
        let request = random.request()
        let others = described.filter { $0.uid != request.principal }
        var entities = try Entities(others)
        if let principal = described.first(where: { $0.uid == request.principal }),
          !others.contains(where: { $0.parents.contains(principal.uid) })
        {
          try entities.add(principal)
        }
        let indexed = Authorizer.isAuthorized(request, policies: set, entities: entities)
        let scanned = Authorizer.isAuthorizedByScan(request, policies: set, entities: entities)
        let place: Comment = "seed \(seed), request \(number)"
        #expect(indexed.satisfiedPermits == scanned.satisfiedPermits, place)
        #expect(indexed.satisfiedForbids == scanned.satisfiedForbids, place)
        #expect(indexed.errors.map(\.description) == scanned.errors.map(\.description), place)
      }
    }
  }

  @Test("an entity with more ancestors than the inline keys reaches its policies")
  func manyKeys() throws {
    let groups = (0..<200).map { EntityUID(type: "G", id: String($0)) }
    let set = try policies(
      groups.map { "permit(principal in \($0), action, resource);" }.joined(separator: "\n"))
    let entities = try Entities([Entity(World.alice, parents: groups)])
    let response = Authorizer.isAuthorized(World.request(), policies: set, entities: entities)
    #expect(response.determining.count == 200)
    #expect(response.determining.map(\.index) == (0..<200).map { Int32($0) })
  }

  @Test("the index leaves few of many policies to look at")
  func candidates() throws {
    let set = try policies(
      (0..<2000).map {
        "permit(principal in G::\"\($0 % 50)\", action == Action::\"t\($0 % 500)\", resource);"
      }.joined(separator: "\n"))
    let entities = try Entities([Entity(World.alice, parents: [EntityUID(type: "G", id: "7")])])
    let request = Request(
      principal: World.alice, action: EntityUID(type: "Action", id: "t7"), resource: World.doc)
    var candidates = 0
    set.index.forEachCandidate(
      Evaluator(program: set.program, entities: entities, request: request)
    ) { _ in candidates += 1 }
    #expect(candidates == 4)
  }
}
