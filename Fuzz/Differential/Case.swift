import FuzzSupport
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
      writeJSON(policies, &json)
      writeVerdict(policies, &json)
      let linked = link(policies, &json)
      json.name("requests")
      json.beginArray()
      for _ in 0..<requests { write(request(), linked, &json) }
      json.endArray()
    }
    json.endObject()
  }

  /// Writes the policies in the JSON policy format, if that reads and writes as itself.
  private func writeJSON(_ policies: PolicySet, _ json: inout JSONWriter) {
    guard let written = try? policies.json(),
      let reread = try? PolicySet.parse(json: written, file: "policy"),
      (try? reread.json())?.utf8.elementsEqual(written.utf8) == true
    else { return }
    json.name("json")
    json.string(written)
  }

  /// Writes which policies are not valid.
  private func writeVerdict(_ policies: PolicySet, _ json: inout JSONWriter) {
    guard let validator = world.validator else { return }
    var limits = ValidationLimits()
    limits.findings = 10_000
    let result = validator.validate(policies, limits: limits)
    guard result.isComplete else { return }
    json.name("invalid")
    json.beginArray()
    for name in Set(result.errors.map(\.policy.name)).sorted() { json.string(name) }
    json.endArray()
  }

  /// Links each template once.
  private mutating func link(_ policies: PolicySet, _ json: inout JSONWriter) -> PolicySet {
    var links: [TemplateLink] = []
    json.name("links")
    json.beginArray()
    for template in policies.templates {
      let uids = template.slots.map { slot in
        (slot, random.uid(random[world.model.entities.count], of: world.model))
      }
      let link = TemplateLink(
        template: template.id.name, id: "link\(links.count)",
        principal: uids.first { $0.0 == .principal }?.1,
        resource: uids.first { $0.0 == .resource }?.1)
      links.append(link)
      json.beginObject()
      json.name("template_id")
      json.string(link.template)
      json.name("new_id")
      json.string(link.id)
      json.name("values")
      json.beginObject()
      for (slot, uid) in uids {
        json.name(slot.description)
        json.uid(uid)
      }
      json.endObject()
      json.endObject()
    }
    json.endArray()
    do throws(LinkError) {
      return try policies.linking(links)
    } catch {
      preconditionFailure("a template is not linked: \(error)")
    }
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
