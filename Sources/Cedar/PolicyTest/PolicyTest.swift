internal import JSON

/// A test of policies in the format of Cedar's integration tests: which files with policies,
/// entities and schema there are, and which requests are to be answered how.
///
/// ```json
/// {
///   "policies": "photos.cedar", "entities": "entities.json", "schema": "photos.cedarschema",
///   "shouldValidate": true,
///   "requests": [
///     {
///       "description": "alice may view her photo", "principal": {"type": "User", "id": "alice"},
///       "action": {"type": "Action", "id": "view"}, "resource": {"type": "Photo", "id": "p1"},
///       "context": {}, "decision": "allow", "reason": ["policy0"], "errors": []
///     }
///   ]
/// }
/// ```
///
/// `schema` and `shouldValidate` may be left out. A policy is named by its `@id`, or `policyN` by
/// its place in the file, counted from 0. Where `reason` or `errors` is left out, it is not looked
/// at. With a schema, a request must be valid, unless it says `"validateRequest": false`.
public struct PolicyTest: Sendable {
  /// What a request is expected to give.
  struct Expectation {
    let description: String
    let request: JSONNode
    let path: DataPath
    let mustBeValid: Bool
    let decision: Decision
    let reasons: [String]?
    let errors: [String]?
  }

  /// The file with the policies.
  public let policies: String
  /// The file with the entities.
  public let entities: String
  /// The file with the schema, if there is one.
  public let schema: String?
  /// What validating the policies against the schema is expected to say; nil when nothing is.
  public let shouldValidate: Bool?
  let expectations: [Expectation]

  /// Reads a test from the UTF-8 of its JSON.
  /// - Throws: everything in it that is not as the format says, with its place. The requests
  ///   themselves are read when the test is run.
  public init(json: [UInt8], limits: EntityLimits = .standard) throws(DataErrors) {
    let root = try DataReader.document(json, limits: limits).root
    var reader = DataReader(limits: limits)
    let test = reader.test(root)
    self = try reader.errors.finish(test)
  }

  fileprivate init(
    policies: String, entities: String, schema: String?, shouldValidate: Bool?,
    expectations: [Expectation]
  ) {
    self.policies = policies
    self.entities = entities
    self.schema = schema
    self.shouldValidate = shouldValidate
    self.expectations = expectations
  }
}

extension DataReader {
  fileprivate mutating func test(_ node: JSONNode) -> PolicyTest? {
    guard node.kind == .object else {
      report("expected a test as an object, found \(node.kind.withArticle)")
      return nil
    }
    let policies = string("policies", of: node, "a test")
    let entities = string("entities", of: node, "a test")
    let schema = node[member: "schema"] == nil ? "" : string("schema", of: node, "a test")
    let shouldValidate = flag("shouldValidate", of: node)
    guard let list = node[member: "requests"], list.kind == .array else {
      report("a test has the member `requests`, an array")
      return nil
    }
    path.enter("requests")
    defer { path.leave() }
    var expectations: [PolicyTest.Expectation] = []
    expectations.reserveCapacity(list.count)
    for (index, request) in list.elements.enumerated() {
      guard !errors.isFull else { break }
      path.enter(index)
      if let expectation = expectation(request, index) { expectations.append(expectation) }
      path.leave()
    }
    guard let policies, let entities, let schema else { return nil }
    return PolicyTest(
      policies: policies, entities: entities, schema: schema.isEmpty ? nil : schema,
      shouldValidate: shouldValidate, expectations: expectations)
  }

  private mutating func expectation(
    _ node: JSONNode, _ index: Int
  ) -> PolicyTest.Expectation? {
    guard node.kind == .object else {
      report("expected a request as an object, found \(node.kind.withArticle)")
      return nil
    }
    let word = string("decision", of: node, "a request")
    let decision = word.flatMap(Decision.init(rawValue:))
    if let word, decision == nil {
      path.enter("decision")
      report("expected \"allow\" or \"deny\", found \(Quoting.quote(DataReader.shown(word)))")
      path.leave()
    }
    let mustBeValid = flag("validateRequest", of: node) ?? true
    let reasons = strings("reason", of: node)
    let erring = strings("errors", of: node)
    guard let decision else { return nil }
    return PolicyTest.Expectation(
      description: node[member: "description"]?.string ?? "request \(index)", request: node,
      path: path, mustBeValid: mustBeValid, decision: decision, reasons: reasons, errors: erring)
  }

  private mutating func flag(_ name: String, of node: JSONNode) -> Bool? {
    guard let member = node[member: name] else { return nil }
    if member.bool == nil {
      path.enter(name)
      report("expected true or false, found \(member.kind.withArticle)")
      path.leave()
    }
    return member.bool
  }

  private mutating func strings(_ name: String, of node: JSONNode) -> [String]? {
    guard let member = node[member: name] else { return nil }
    let texts = member.elements.compactMap(\.string)
    guard member.kind == .array, texts.count == member.count else {
      path.enter(name)
      report("expected an array of the names of policies")
      path.leave()
      return nil
    }
    return texts
  }
}
