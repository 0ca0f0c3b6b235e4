internal import JSON

extension PolicySetBuilder {
  /// Reads a source that is JSON: `read` what its root is.
  mutating func add(json source: PolicySource, _ read: (inout PolicyJSONSource) -> Void) {
    let map = begin(source)
    do throws(SyntaxError) {
      var json = PolicyJSONSource(builder: self, map: map, root: try root(of: source))
      read(&json)
      self = json.builder
    } catch {
      report(error, in: map)
    }
  }

  private func root(of source: PolicySource) throws(SyntaxError) -> JSONNode {
    let bytes = Array(source.text.utf8)
    let limit = min(limits.sourceBytes, PolicyLimits.largestSource)
    guard bytes.count <= limit else {
      throw SyntaxError(
        at: 0, "the source has \(bytes.count) bytes, more than the limit of \(limit)")
    }
    do throws(JSONError) {
      // The densest policies have a node for every four bytes.
      let limits = JSONLimits(
        bytes: limit, depth: JSONLimits.ceiling.depth, nodes: max(1024, limit / 4))
      return try JSONDocument(parsing: bytes, limits: limits).root
    } catch {
      throw SyntaxError(at: error.offset, "this is not JSON: \(error.reason)")
    }
  }
}

/// A source that is JSON, on its way into a set.
struct PolicyJSONSource {
  var builder: PolicySetBuilder
  let map: SourceMap
  let root: JSONNode

  /// Reads the root as one policy or template.
  mutating func readPolicy() {
    attempt { source throws(SyntaxError) in
      let policy = try source.policy(source.root)
      let given = policy.annotations.first { $0.key == "id" }?.value ?? ""
      let name = given.isEmpty ? "\(source.map.source.file)#0" : given
      source.builder.add(PolicyStatement(policy, in: source.map), named: name)
    }
  }

  /// Reads the root as a set.
  mutating func readSet() {
    attempt { source throws(SyntaxError) in
      let object = try StrictObject(
        of: source.root, in: source.root, "a policy set",
        ["staticPolicies", "templates", "templateLinks"])
      try source.readPolicies(object.required("staticPolicies"), slots: false)
      try source.readPolicies(object.required("templates"), slots: true)
      let links = try object.required("templateLinks")
      guard links.kind == .array else {
        throw source.root.unexpected(links, "an array of links")
      }
      for link in links.elements {
        source.attempt { source throws(SyntaxError) in try source.readLink(link) }
      }
    }
  }

  /// Reports what `body` throws, so that what follows is read too.
  private mutating func attempt(
    _ body: (inout PolicyJSONSource) throws(SyntaxError) -> Void
  ) {
    guard !builder.isFull else { return }
    do throws(SyntaxError) { try body(&self) } catch { builder.report(error, in: map) }
  }

  private func policy(_ node: JSONNode) throws(SyntaxError) -> PolicySyntax {
    var reader = PolicyJSONReader(root: root, limits: builder.limits)
    return try reader.policy(node)
  }

  private mutating func readPolicies(_ node: JSONNode, slots: Bool) throws(SyntaxError) {
    guard node.kind == .object else {
      throw root.unexpected(node, "an object of \(slots ? "templates" : "policies") by name")
    }
    for member in node.members {
      attempt { source throws(SyntaxError) in
        let policy = try source.policy(member.value)
        guard policy.isTemplate == slots else {
          throw source.root.error(
            member.value,
            slots ? "a template without slots" : "a static policy with a slot",
            help: slots
              ? "put it under `staticPolicies`, or give it a slot"
              : "put it under `templates`")
        }
        source.builder.add(
          PolicyStatement(policy, in: source.map, isNamedOutside: true), named: member.name)
      }
    }
  }

  private mutating func readLink(_ node: JSONNode) throws(SyntaxError) {
    let object = try StrictObject(of: node, in: root, "a link", ["templateId", "newId", "values"])
    let values = try StrictObject(
      of: object.required("values"), in: root, "the values of the slots",
      TemplateSlot.allCases.map(\.rawValue))
    func entity(_ slot: TemplateSlot) throws(SyntaxError) -> EntityUID? {
      guard let value = values[slot.rawValue] else { return nil }
      return try PolicyJSONReader.entity(value, in: root)
    }
    let link = TemplateLink(
      template: try object.string("templateId"), id: try object.string("newId"),
      principal: try entity(.principal), resource: try entity(.resource))
    do throws(LinkError) { try builder.link(link) } catch {
      throw root.error(node, error.summary, help: error.help)
    }
  }
}
