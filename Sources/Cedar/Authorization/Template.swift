/// A policy with slots in its scope. It never applies; what `PolicySet.linking` makes of it does.
public struct Template: Sendable {
  /// Its name, distinct from those of all policies and templates of its set.
  public let id: PolicyID
  /// The node of the program that its links evaluate, or `Compiler.always`.
  let condition: Int32
  let statement: PolicyStatement

  /// What its links do.
  public var effect: Effect { statement.syntax.effect }

  /// Its annotations in the order in which they were written, `@id` among them.
  public var annotations: [Annotation] { statement.syntax.annotations }

  /// The slots that a link must fill: one or both.
  public var slots: [TemplateSlot] { statement.syntax.slots }

  /// Where it stands.
  public var place: SourcePlace { statement.place }

  /// The value of an annotation, empty when it was written without one; nil when there is none.
  public func annotation(_ key: String) -> String? { statement.annotation(key) }

  var syntax: PolicySyntax { statement.syntax }
}

/// What to make of a template: a policy of its own name, with entities in place of the slots.
public struct TemplateLink: Sendable, Hashable {
  /// The name of the template.
  public let template: String
  /// The name of the new policy.
  public let id: String
  /// What `?principal` stands for; nil when the template does not have this slot.
  public let principal: EntityUID?
  /// What `?resource` stands for; nil when the template does not have this slot.
  public let resource: EntityUID?

  /// Describes a link.
  public init(
    template: String, id: String, principal: EntityUID? = nil, resource: EntityUID? = nil
  ) {
    self.template = template
    self.id = id
    self.principal = principal
    self.resource = resource
  }

  func value(of slot: TemplateSlot) -> EntityUID? {
    switch slot {
    case .principal: principal
    case .resource: resource
    }
  }
}
