import Testing

@testable import Cedar

@Suite("properties of partial evaluation")
struct PartialEvaluationPropertyTests {
  /// A partial request, its entities, and how to complete it at random.
  struct Question {
    let partial: PartialRequest
    let entities: Entities
    let absent: AbsentEntities
    private let request: Request
    private let described: [Entity]
    private let known: Set<EntityUID>
    private var forgotten: [(path: [AttributeName], mayBeAbsent: Bool)] = []

    private static let paths: [[AttributeName]] = [
      ["b"], ["n"], ["s"], ["e"], ["set"], ["r"], ["r", "x"], ["r", "y"], ["r", "y", "z"],
      ["r", "n"],
      ["t"], [],
    ]

    init(_ random: inout RandomPolicies) throws {
      request = random.request()
      described = random.entities()
      func forget(_ uid: EntityUID) -> PartialEntity {
        switch random.random.number(0..<5) {
        case 0: .unknown
        case 1: .unknown(uid.type)
        default: .known(uid)
        }
      }
      var context = PartialRecord(request.context)
      for _ in 0..<random.random.number(0..<4) {
        let path = random.random.pick(Question.paths)
        let mayBeAbsent = !random.random.once(in: 3)
        context.setUnknown(path, mayBeAbsent: mayBeAbsent)
        forgotten.append((path, mayBeAbsent))
      }
      partial = PartialRequest(
        principal: forget(request.principal), action: forget(request.action),
        resource: forget(request.resource), context: context)
      absent = random.random.once(in: 2) ? .unknown : .nonexistent
      let kept =
        absent == .unknown ? described.filter { _ in !random.random.once(in: 4) } : described
      known = Set(kept.map(\.uid))
      entities = try Entities(kept)
    }

    func completion(_ random: inout RandomPolicies) throws -> (Request, Entities) {
      func complete(_ entity: PartialEntity, _ all: [EntityUID]) -> EntityUID {
        switch entity {
        case .known(let uid): uid
        case .unknown(let type?): random.random.pick(all.filter { $0.type == type })
        case .unknown(nil): random.random.pick(random.users + random.things + random.actions)
        }
      }
      var context = Value.record(request.context)
      for (path, mayBeAbsent) in forgotten {
        context = Question.replace(context, path[...], mayBeAbsent, &random)
      }
      guard case .record(let record) = context else { throw Unexpected() }
      let completed = Request(
        principal: complete(partial.principal, random.users),
        action: complete(partial.action, random.actions),
        resource: complete(partial.resource, random.things), context: record)
      guard absent == .unknown else { return (completed, entities) }
      let others = random.entities().filter { !known.contains($0.uid) }
      return (completed, try Entities(described.filter { known.contains($0.uid) } + others))
    }

    struct Unexpected: Error {}

    /// Puts anything in the place of what was forgotten, or nothing.
    private static func replace(
      _ value: Value, _ path: ArraySlice<AttributeName>, _ mayBeAbsent: Bool,
      _ random: inout RandomPolicies
    ) -> Value {
      guard let name = path.first else { return .record(random.members(depth: 2)) }
      var members: [Record.Member] = []
      var inner = Value.record(.empty)
      if case .record(let record) = value {
        members = record.members.filter { $0.name != name }
        inner = record[name] ?? inner
      }
      if path.count > 1 {
        members.append(.init(name, replace(inner, path.dropFirst(), mayBeAbsent, &random)))
      } else if !mayBeAbsent || !random.random.once(in: 3) {
        members.append(.init(name, random.value(random.random.pick(RandomPolicies.Kind.allCases))))
      }
      return .record(Record(members))
    }
  }

  /// How a partial answer contradicts the answer to a completion, or nil.
  static func contradiction(_ partial: PartialResponse, _ full: Response) -> String? {
    switch (partial.decision, full.decision) {
    case (.allow, .deny), (.deny, .allow): return "decision"
    default: break
    }
    let satisfied = Set(full.satisfiedPermits + full.satisfiedForbids)
    let failed = Set(full.errors.map(\.policy))
    let surelySatisfied = Set(partial.satisfiedPermits + partial.satisfiedForbids)
    let surelyFailed = Set(partial.errors.map(\.policy))
    if !surelySatisfied.isSubset(of: satisfied) { return "satisfied" }
    if !surelyFailed.isSubset(of: failed) { return "errors" }
    let maySatisfy = surelySatisfied.union(
      partial.residuals.lazy.filter(\.mayBeSatisfied).map(\.policy))
    if !satisfied.isSubset(of: maySatisfy) { return "not satisfied" }
    let mayFail = surelyFailed.union(partial.residuals.lazy.filter(\.mayFail).map(\.policy))
    return failed.isSubset(of: mayFail) ? nil : "no error"
  }

  /// Whether two answers rest on the same policies.
  static func agree(_ one: Response, _ other: Response) -> Bool {
    one.satisfiedPermits == other.satisfiedPermits
      && one.satisfiedForbids == other.satisfiedForbids
      && one.errors.map(\.policy) == other.errors.map(\.policy)
  }

  @Test("no completion contradicts the answer, and what remains decides as the original does")
  func random() throws {
    var decided = 0
    var residuals = 0
    var failures: [String] = []
    for seed in 1...300 as ClosedRange<UInt64> {
      var random = RandomPolicies(seed: seed)
      let set = try policies(random.policies(count: random.random.number(1..<9)))
      let question = try Question(&random)
      let partial = Authorizer.isAuthorizedPartially(
        question.partial, policies: set, entities: question.entities,
        absentEntities: question.absent)
      let remaining = ResidualPolicies(partial)
      decided += partial.decision == .depends ? 0 : 1
      residuals += partial.residuals.count
      for _ in 0..<20 {
        let (request, entities) = try question.completion(&random)
        let full = Authorizer.isAuthorized(request, policies: set, entities: entities)
        if let what = Self.contradiction(partial, full) {
          failures.append("seed \(seed): \(what) in \(set.sources[0].text)")
        }
        if !Self.agree(remaining.isAuthorized(request, entities: entities), full) {
          failures.append("seed \(seed): residual policies of \(set.sources[0].text)")
        }
      }
    }
    #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(3).joined(separator: "\n"))")
    #expect(decided > 75)
    #expect(residuals > 400)
  }

  @Test("what remains, written as text and read again, decides as the original does")
  func text() throws {
    var residuals = 0
    for seed in 1001...1200 as ClosedRange<UInt64> {
      var random = RandomPolicies(seed: seed)
      let text = random.policies(count: 4)
      let question = try Question(&random)
      let partial = Authorizer.isAuthorizedPartially(
        question.partial, policies: try policies(text), entities: question.entities,
        absentEntities: question.absent)
      let written = partial.residuals.map(\.text).joined(separator: "\n")
      let (read, original) = (try policies(written), try policies(text))
      residuals += partial.residuals.count
      for _ in 0..<10 {
        let (request, entities) = try question.completion(&random)
        let full = Authorizer.isAuthorized(request, policies: original, entities: entities)
        let rest = Authorizer.isAuthorized(request, policies: read, entities: entities)
        func names(_ sure: [PolicyID], _ open: [PolicyID]) -> Set<String> {
          Set(sure.map(\.name) + open.map(\.name))
        }
        let place: Comment = "seed \(seed): \(text)\n\(written)"
        #expect(
          names(partial.satisfiedPermits, rest.satisfiedPermits)
            == names(full.satisfiedPermits, []), place)
        #expect(
          names(partial.satisfiedForbids, rest.satisfiedForbids)
            == names(full.satisfiedForbids, []), place)
        #expect(
          names(partial.errors.map(\.policy), rest.errors.map(\.policy))
            == names(full.errors.map(\.policy), []), place)
      }
    }
    #expect(residuals > 200)
  }

  @Test("with everything known the answer is that of the authorizer")
  func known() throws {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = RandomPolicies(seed: seed)
      let set = try policies(random.policies(count: 12))
      let entities = try Entities(random.entities())
      for _ in 0..<5 {
        let request = random.request()
        let full = Authorizer.isAuthorized(request, policies: set, entities: entities)
        let partial = Authorizer.isAuthorizedPartially(
          PartialRequest(request), policies: set, entities: entities)
        #expect(partial.residuals.isEmpty, "seed \(seed)")
        #expect(partial.decision.rawValue == full.decision.rawValue, "seed \(seed)")
        #expect(partial.satisfiedPermits == full.satisfiedPermits, "seed \(seed)")
        #expect(partial.satisfiedForbids == full.satisfiedForbids, "seed \(seed)")
        #expect(
          partial.errors.map(\.description) == full.errors.map(\.description), "seed \(seed)")
      }
    }
  }

  @Test("what remains is bounded by the size of the policy")
  func size() throws {
    for seed in 1...300 as ClosedRange<UInt64> {
      var random = RandomPolicies(seed: seed)
      let text = random.policy()
      let question = try Question(&random)
      let partial = Authorizer.isAuthorizedPartially(
        question.partial, policies: try policies(text), entities: question.entities,
        absentEntities: question.absent)
      let written = try #require(
        Parser.parse(text, limits: .standard, errorLimit: 1).policies.first)
      for residual in partial.residuals {
        let bound = (ResidualTree.inlineSize + 2) * written.tree.nodes.count
        #expect(residual.tree.nodes.count <= bound, "seed \(seed)")
        let height = { (tree: ExpressionTree) in tree.nodes.map(\.height).max() ?? 0 }
        #expect(
          height(residual.tree) <= height(written.tree) + Int32(ResidualTree.inlineHeight) + 2,
          "seed \(seed)")
      }
    }
  }

  /// All expressions over a few atoms: one level of most operators, two of some.
  private static let smallExpressions: [String] = {
    let atoms = [
      "true", "false", "1", "context.a", "context.b", "principal == U::\"0\"", "principal is U",
    ]
    let pairs = atoms.flatMap { one in
      atoms.flatMap { ["(\(one)) && (\($0))", "(\(one)) || (\($0))"] }
    }
    let single = atoms + atoms.map { "!(\($0))" }
    let triples = atoms.flatMap { test in
      ["true", "1", "context.b"].flatMap { then in
        ["false", "1", "context.a"].map { "if \(test) then \(then) else \($0)" }
      }
    }
    let nested = pairs.flatMap { pair in
      ["1", "context.a"].flatMap {
        ["(\(pair)) && (\($0))", "(\($0)) || !(\(pair))", "((\(pair)) == (\($0)))"]
      }
    }
    return single + pairs + triples + nested
  }()

  @Test("small expressions are answered soundly for all that may be unknown and all completions")
  func exhaustive() throws {
    let texts = Self.smallExpressions
    let set = try policies(
      texts.map { "permit(principal, action, resource) when { \($0) };" }.joined(separator: "\n"))
    let principals = ["U", "V"].flatMap { type in
      ["0", "1"].map { EntityUID(type: EntityType(type), id: $0) }
    }
    let values: [Value?] = [nil, true, false, 1]
    let (action, resource) = (EntityUID(type: "A", id: ""), EntityUID(type: "R", id: ""))
    func full(_ principal: EntityUID, _ a: Value?, _ b: Value?) -> Request {
      var members: [Record.Member] = []
      if let a { members.append(.init("a", a)) }
      if let b { members.append(.init("b", b)) }
      return Request(
        principal: principal, action: action, resource: resource, context: Record(members))
    }
    var answers: [String: (PartialResponse, ResidualPolicies)] = [:]
    var contradictions = 0
    for completion in principals.flatMap({ uid in
      values.flatMap { a in values.map { full(uid, a, $0) } }
    }) {
      let response = Authorizer.isAuthorized(completion, policies: set, entities: .empty)
      for forgotten in 1..<12 {
        var partial = PartialRequest(completion)
        if forgotten % 3 == 1 { partial.principal = .unknown }
        if forgotten % 3 == 2 { partial.principal = .unknown(completion.principal.type) }
        if forgotten / 3 & 1 != 0 { partial.context.setUnknown(["a"]) }
        if forgotten / 3 & 2 != 0 { partial.context.setUnknown(["b"]) }
        let key =
          "\(partial.principal) \(partial.context["a"] as Any) \(partial.context["b"] as Any)"
        let (answer, remaining) =
          answers[key]
          ?? {
            let answer = Authorizer.isAuthorizedPartially(
              partial, policies: set, entities: .empty)
            return (answer, ResidualPolicies(answer))
          }()
        answers[key] = (answer, remaining)
        if Self.contradiction(answer, response) != nil { contradictions += 1 }
        if !Self.agree(remaining.isAuthorized(completion, entities: .empty), response) {
          contradictions += 1
        }
      }
    }
    #expect(answers.count == 175 - 64)
    #expect(contradictions == 0)
  }
}
