/// Attributes and tags.
extension Typechecker {
  /// What a type says about an attribute.
  enum AttributeLookup {
    /// A value of the type has it, or may have it when it is not required.
    case found(CheckedType, isRequired: Bool)
    /// No value of the type has it.
    case absent
    /// Some values may have it.
    case unknown
  }

  /// Looks an attribute up in a record or an entity; nil for other types, and for an entity whose
  /// type is not declared.
  func lookUp(_ name: AttributeName, in type: CheckedType) -> AttributeLookup? {
    switch type {
    case .record(let shape):
      if let member = shape.members[name] {
        return .found(member.type, isRequired: member.isRequired)
      }
      return shape.isOpen ? .unknown : .absent
    case .entity(let type):
      guard let shape = schema.entities[type] else {
        return schema.actionTypes[type] == nil ? nil : .absent
      }
      return shape.attributes.members[name].map { .found($0.type, isRequired: $0.isRequired) }
        ?? .absent
    default: return nil
    }
  }

  /// The same for one of several types: an attribute that all have.
  mutating func lookUp(_ name: AttributeName, inAnyOf type: CheckedType)
    -> AttributeLookup?
  {
    guard case .oneOf(let types) = type else { return lookUp(name, in: type) }
    bounds.effort -= types.count
    var result: AttributeLookup?
    for type in types.sorted(by: EntityType.precedes) {
      let next = lookUp(name, in: .entity(type)) ?? .unknown
      switch (result, next) {
      case (nil, _): result = next
      case (.absent, .absent): break
      case (.found(let one, let isRequired), .found(let other, let isAlsoRequired)):
        result =
          bounds.join(one, other)
          .map { .found($0, isRequired: isRequired && isAlsoRequired) } ?? .unknown
      default: result = .unknown
      }
    }
    return result
  }

  mutating func attribute(
    _ name: AttributeName, of base: Expression.ID, _ id: Expression.ID
  ) -> Judgement {
    guard let type = expect(.entityOrRecord, base, by: ".\(Quoting.name(name.text))").type,
      let lookup = lookUp(name, inAnyOf: type)
    else { return Judgement() }
    guard case .found(let found, let isRequired) = lookup else {
      if isNew(.unknownAttribute, id) {
        add(
          .unknownAttribute, id, "\(owner(base, type)) has no attribute `\(name)`",
          help: attributeHelp(name, in: type, base))
      }
      return Judgement()
    }
    if !isRequired, !known.contains(capability(name, classes.number(of: base))),
      isNew(.unsafeAttribute, id)
    {
      let whole = text(base).map { "`\($0) has \(Quoting.name(name.text)) && …`" }
      add(
        .unsafeAttribute, id,
        "the attribute `\(name)` of \(owner(base, type)) is optional and may be missing here",
        help: "test for it first: \(whole ?? "`… has \(Quoting.name(name.text)) && …`")")
    }
    return Judgement(type: found)
  }

  private mutating func capability(_ name: AttributeName, _ base: Int32) -> Capability {
    Capability(base: base, key: classes.number(of: name), isTag: false)
  }

  /// `base has a.b.c`: that `base` has `a`, and `base.a` has `b`, and so on.
  mutating func has(
    _ path: [AttributeName], _ base: Expression.ID, _ id: Expression.ID
  ) -> Judgement {
    guard var type = expect(.entityOrRecord, base, by: "has").type else {
      return Judgement(type: .either)
    }
    var number = classes.number(of: base)
    var truth = Truth.always
    var capabilities: [Capability] = []
    for (position, name) in path.enumerated() {
      bounds.effort -= 1
      guard let lookup = lookUp(name, inAnyOf: type) else { return Judgement(type: .either) }
      guard case .found(let member, let isRequired) = lookup else {
        if case .absent = lookup { return Judgement(type: .bool(.never)) }
        return Judgement(type: .either, capabilities: capabilities)
      }
      let capability = capability(name, number)
      var isCertain = known.contains(capability)
      if case .record = type, isRequired { isCertain = true }
      if !isCertain {
        truth = .either
        capabilities.append(capability)
      }
      guard position < path.count - 1 else { break }
      guard Expectation.entityOrRecord.accepts(member) else {
        if isNew(.unexpectedType, id) {
          add(
            .unexpectedType, id,
            "`has` needs an entity or a record before `.\(path[position + 1])`, found `\(member)`")
        }
        return Judgement(type: .either)
      }
      type = member
      number = classes.attribute(name, of: number)
    }
    return Judgement(type: .bool(truth), capabilities: capabilities)
  }

  // MARK: Tags

  /// The types of the tags that an entity can have; nil when a type is not declared.
  private func tagTypes(_ type: CheckedType) -> [CheckedType]? {
    guard let types = type.entityTypes else { return nil }
    var result: [CheckedType] = []
    for type in types.sorted(by: EntityType.precedes) {
      guard schema.isDeclared(type) else { return nil }
      if let tags = schema.entities[type]?.tags { result.append(tags) }
    }
    return result
  }

  private mutating func tag(_ entity: Expression.ID, _ tag: Expression.ID) -> Capability {
    Capability(base: classes.number(of: entity), key: classes.number(of: tag), isTag: true)
  }

  mutating func hasTag(_ entity: Expression.ID, _ tag: Expression.ID) -> Judgement {
    let type = expect(.entity, entity, by: "hasTag").type
    _ = expect(.string, tag, by: "hasTag")
    guard let type, let tags = tagTypes(type) else { return Judgement(type: .either) }
    guard !tags.isEmpty else { return Judgement(type: .bool(.never)) }
    let capability = self.tag(entity, tag)
    guard !known.contains(capability) else { return Judgement(type: .bool(.always)) }
    return Judgement(type: .either, capabilities: [capability])
  }

  mutating func getTag(
    _ entity: Expression.ID, _ tag: Expression.ID, _ id: Expression.ID
  ) -> Judgement {
    let type = expect(.entity, entity, by: "getTag").type
    let name = expect(.string, tag, by: "getTag").type
    guard let type, let tags = tagTypes(type) else { return Judgement() }
    guard let first = tags.first else {
      if isNew(.noTags, id) {
        add(
          .noTags, id, "\(owner(entity, type)) has no tags",
          help: "read an attribute, or let the schema declare `tags` for `\(type)`")
      }
      return Judgement()
    }
    if name != nil, !known.contains(self.tag(entity, tag)), isNew(.unsafeTag, id) {
      let argument = text(tag) ?? "…"
      add(
        .unsafeTag, id, "the tag may be missing here",
        help: "test for it first: `\(text(entity) ?? "…").hasTag(\(argument)) && …`")
    }
    var common = first
    for other in tags.dropFirst() {
      guard let next = bounds.join(common, other) else {
        if bounds.effort > 0, isNew(.incompatibleTypes, id) {
          add(
            .incompatibleTypes, id,
            "the tags of `\(type)` have different types, `\(common)` and `\(other)`")
        }
        return Judgement()
      }
      common = next
    }
    return Judgement(type: common)
  }
}
