import Cedar
import JSON

/// One set of policies, what the engine makes of it, and what it answers to some requests.
struct Case {
  private let world: World
  private var random: Random
  private let text: String
  private let subjects: [RandomPolicy.Subject]

  init(_ world: World, _ random: inout Random, policies: Int, wildness: Int, isBroken: Bool) {
    self.world = world
    var policy = RandomPolicy(random, model: world.model, wildness: wildness)
    for _ in 0..<policies { policy.policy() }
    random = policy.random
    subjects = policy.subjects
    var tokens = policy.tokens
    if isBroken {
      let place = random[tokens.count]
      switch random[3] {
      case 0: tokens.remove(at: place)
      case 1: tokens.insert(random.pick(tokens), at: place)
      default: tokens.swapAt(place, random[tokens.count])
      }
    }
    text = RandomPolicy.layout(tokens, &random)
    self.random = random
  }

  /// Writes the case with everything that the reference is to be compared with.
  mutating func write(_ json: inout JSONWriter, requests: Int) {
    json.beginObject()
    json.name("policies")
    json.string(text)
    if let policies = try? PolicySet.parse(text, file: "policy") {
      json.name("text")
      json.string(policies.text)
      if let formatted = try? PolicyFormatter.format(text, file: "policy", width: 20 + random[80]) {
        json.name("formatted")
        json.string(formatted)
      }
      json.name("requests")
      json.beginArray()
      for _ in 0..<requests { write(request(), policies, &json) }
      json.endArray()
    }
    json.endObject()
  }

  private mutating func request() -> (Request, RandomValue) {
    let model = world.model
    let subject = random.pick(subjects)
    let action = random.chance(80) ? model.actions[subject.action] : random.pick(model.actions)
    var principal = subject.principal
    var resource = subject.resource
    if random.chance(15) { principal = random[model.entities.count] }
    if random.chance(15) { resource = random[model.entities.count] }
    let context = random.record(action.context, of: model)
    let request = Request(
      principal: random.uid(principal, of: model),
      action: EntityUID(type: "Action", id: random.chance(3) ? "none" : action.id),
      resource: random.uid(resource, of: model), context: context.record)
    return (request, context)
  }

  private func write(
    _ asked: (request: Request, context: RandomValue), _ policies: PolicySet,
    _ json: inout JSONWriter
  ) {
    let response = Authorizer.isAuthorized(
      asked.request, policies: policies, entities: world.entities)
    json.beginObject()
    for (name, uid) in [
      ("principal", asked.request.principal), ("action", asked.request.action),
      ("resource", asked.request.resource),
    ] {
      json.name(name)
      json.uid(uid)
    }
    json.name("context")
    asked.context.write(&json)
    json.name("decision")
    json.string(response.decision.rawValue)
    json.name("reasons")
    json.beginArray()
    for id in response.determining { json.string(id.name) }
    json.endArray()
    json.name("errors")
    json.beginArray()
    for error in response.errors { json.string(error.policy.name) }
    json.endArray()
    json.endObject()
  }
}
