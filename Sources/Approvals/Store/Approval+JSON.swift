import Identity
import JSON

/// The form in which the file has an approval: everything but the arguments.
extension Approval {
  var encoded: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginObject()
    writer.name("terms")
    terms.write(to: &writer)
    writer.name("ask")
    ask.write(to: &writer)
    writer.name("answers")
    writer.beginArray()
    for answer in answers { answer.write(to: &writer) }
    writer.endArray()
    writer.member("usedBy", usedBy)
    writer.member("voidedFor", voidedFor)
    if !isOnRecord {
      writer.name("unrecorded")
      writer.bool(true)
    }
    writer.endObject()
    return writer.bytes
  }

  /// Nil for what is none.
  init?(
    id: String, state: State, requestedAt: Int64, deadline: Int64, endedAt: Int64?,
    encoded: [UInt8], arguments: [UInt8]
  ) {
    guard let root = try? JSONDocument(parsing: encoded).root,
      let terms = root[member: "terms"].flatMap(ApprovalTerms.init),
      let ask = root[member: "ask"].flatMap({ ApprovalAsk($0, arguments: arguments) }),
      let written = root[member: "answers"]?.elements.map(Answer.init),
      written.allSatisfy({ $0 != nil })
    else { return nil }
    self.init(
      id: id, terms: terms, ask: ask, requestedAt: requestedAt, deadline: deadline)
    self.state = state
    self.endedAt = endedAt
    answers = written.compactMap(\.self)
    usedBy = root[member: "usedBy"]?.string
    voidedFor = root[member: "voidedFor"]?.string
    isOnRecord = root[member: "unrecorded"]?.bool != true
  }
}

extension ApprovalTerms {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("agent")
    writer.string(agent)
    writer.member("human", human)
    writer.array("roles", roles)
    writer.member("tenant", tenant)
    writer.name("server")
    writer.string(server)
    writer.name("tool")
    writer.string(tool)
    writer.name("arguments")
    writer.string(argumentsDigest)
    writer.member("pin", pin)
    writer.name("policies")
    writer.string(policyVersion)
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode) {
    guard let agent = node[member: "agent"]?.string, let server = node[member: "server"]?.string,
      let tool = node[member: "tool"]?.string, let digest = node[member: "arguments"]?.string,
      let version = node[member: "policies"]?.string, let roles = node.strings("roles")
    else { return nil }
    self.init(
      agent: agent, human: node[member: "human"]?.string, roles: roles,
      tenant: node[member: "tenant"]?.string, server: server, tool: tool, argumentsDigest: digest,
      pin: node[member: "pin"]?.string, policyVersion: version)
  }
}

extension ApprovalAsk {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("call")
    writer.string(call)
    writer.name("effect")
    writer.string(effect)
    writer.array("remedies", remedies)
    writer.array("policies", policies)
    writer.array("advice", advice)
    writer.member("clientName", clientName)
    writer.member("clientVersion", clientVersion)
    writer.member("origin", origin)
    if let requester {
      writer.name("requester")
      requester.write(to: &writer)
    }
    writer.name("transport")
    writer.string(transport)
    writer.member("environment", environment)
    writer.member("traceparent", traceparent)
    writer.name("needsReason")
    writer.bool(needsReason)
    writer.array("contexts", contexts)
    writer.member("maxAge", maxAge)
    writer.name("salt")
    writer.string(salt)
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode, arguments: [UInt8]) {
    guard let call = node[member: "call"]?.string, let effect = node[member: "effect"]?.string,
      let remedies = node.strings("remedies"), let policies = node.strings("policies"),
      let advice = node.strings("advice"), let contexts = node.strings("contexts"),
      let transport = node[member: "transport"]?.string,
      let needsReason = node[member: "needsReason"]?.bool
    else { return nil }
    self.init(
      call: call, arguments: arguments, effect: effect, remedies: remedies, policies: policies,
      advice: advice, clientName: node[member: "clientName"]?.string,
      clientVersion: node[member: "clientVersion"]?.string,
      requester: node[member: "requester"].flatMap(Principal.init),
      origin: node[member: "origin"]?.string, transport: transport,
      environment: node[member: "environment"]?.string,
      traceparent: node[member: "traceparent"]?.string, needsReason: needsReason,
      contexts: contexts, maxAge: node[member: "maxAge"]?.int64,
      salt: node[member: "salt"]?.string ?? "")
  }
}

extension Answer {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("name")
    writer.string(person.name)
    writer.array("roles", person.roles)
    writer.member("tenant", person.tenant)
    writer.name("authentication")
    person.authentication.write(to: &writer)
    writer.name("verdict")
    writer.string(verdict.rawValue)
    writer.name("at")
    writer.int(at)
    writer.member("reason", reason)
    writer.name("via")
    writer.string(via.rawValue)
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode) {
    guard let name = node[member: "name"]?.string, let roles = node.strings("roles"),
      let authentication = node[member: "authentication"].flatMap(Authentication.init),
      let at = node[member: "at"]?.int64,
      let verdict = node[member: "verdict"]?.string.flatMap(Verdict.init(rawValue:)),
      let via = node[member: "via"]?.string.flatMap(Channel.init(rawValue:))
    else { return nil }
    self.init(
      person: Person(
        name: name, roles: roles, tenant: node[member: "tenant"]?.string,
        authentication: authentication),
      verdict: verdict, at: at, reason: node[member: "reason"]?.string, via: via)
  }
}

extension Principal {
  /// What policies can ask of it; not its credential.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("agent")
    writer.string(agent)
    writer.member("human", human)
    writer.array("roles", roles)
    writer.member("tenant", tenant)
    writer.member("issuer", issuer)
    writer.member("client", client)
    writer.member("instance", instance)
    writer.array("actors", actors)
    writer.array("scopes", scopes)
    writer.member("binding", binding?.rawValue)
    if let authentication {
      writer.name("authentication")
      authentication.write(to: &writer)
    }
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode) {
    guard let agent = node[member: "agent"]?.string, let roles = node.strings("roles"),
      let actors = node.strings("actors"), let scopes = node.strings("scopes")
    else { return nil }
    self.init(
      agent: agent, human: node[member: "human"]?.string, roles: roles,
      tenant: node[member: "tenant"]?.string, issuer: node[member: "issuer"]?.string,
      client: node[member: "client"]?.string, instance: node[member: "instance"]?.string,
      actors: actors, scopes: scopes,
      authentication: node[member: "authentication"].flatMap(Authentication.init),
      binding: node[member: "binding"]?.string.flatMap(Binding.init(rawValue:)))
  }
}

extension Authentication {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("methods", methods)
    writer.member("context", context)
    writer.member("time", time)
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode) {
    guard let methods = node.strings("methods") else { return nil }
    self.init(
      methods: methods, context: node[member: "context"]?.string,
      time: node[member: "time"]?.int64)
  }
}

extension JSONNode {
  /// Texts; nil when it is not an array of them.
  fileprivate func strings(_ name: StaticString) -> [String]? {
    guard let elements = self[member: name]?.elements else { return nil }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { return nil }
      texts.append(text)
    }
    return texts
  }
}
