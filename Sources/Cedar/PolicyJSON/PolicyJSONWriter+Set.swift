internal import JSON

extension PolicyJSONWriter {
  /// The text of one policy or template.
  static func text(
    of policy: PolicySyntax, limit: Int
  ) throws(PolicyJSONSizeError) -> String {
    var json = PolicyJSONWriter(limit: limit)
    try json.write(policy)
    return try json.text()
  }

  /// The text of a set.
  static func text(of set: PolicySet, limit: Int) throws(PolicyJSONSizeError) -> String {
    var json = PolicyJSONWriter(limit: limit)
    json.writer.beginObject()
    json.writer.name("templates")
    json.writer.beginObject()
    for template in set.templates { try json.write(template.syntax, named: template.id) }
    json.writer.endObject()
    json.writer.name("staticPolicies")
    json.writer.beginObject()
    for policy in set.policies where policy.templateID == nil {
      try json.write(policy.syntax, named: policy.id)
    }
    json.writer.endObject()
    json.writer.name("templateLinks")
    json.writer.beginArray()
    for policy in set.policies {
      guard let template = policy.templateID else { continue }
      try json.write(policy, linkedFrom: template)
    }
    json.writer.endArray()
    json.writer.endObject()
    return try json.text()
  }

  private mutating func write(
    _ policy: PolicySyntax, named id: PolicyID
  ) throws(PolicyJSONSizeError) {
    try check()
    writer.name(id.name)
    try write(policy)
  }

  private mutating func write(
    _ policy: Policy, linkedFrom template: PolicyID
  ) throws(PolicyJSONSizeError) {
    try check()
    writer.beginObject()
    writer.name("templateId")
    writer.string(template.name)
    writer.name("newId")
    writer.string(policy.id.name)
    writer.name("values")
    writer.beginObject()
    for slot in policy.statement.syntax.slots {
      let constraint = slot == .principal ? policy.scope.principal : policy.scope.resource
      guard let uid = constraint.entity else { continue }
      writer.name(slot.rawValue)
      writer.beginObject()
      writer.name("__entity")
      write(uid)
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
  }
}
