/// What the scope of a policy says about the principal, the action or the resource.
enum ScopeForm<Operand: Sendable & Equatable>: Sendable, Equatable {
  case any
  case equal(Operand)
  case inside(Operand)
  /// Only for actions.
  case insideAny([Operand])
  case type(EntityType)
  case typeInside(EntityType, Operand)
}

/// A constraint about entities: one of a policy that can be evaluated.
typealias ScopeConstraint = ScopeForm<EntityUID>

/// A constraint on the principal or the resource as it was written, in a template with a slot.
typealias ScopeSyntax = ScopeForm<ScopeOperand>

/// What stands after `==` or `in` in the scope.
enum ScopeOperand: Sendable, Equatable {
  case entity(EntityUID)
  /// The slot of the place: `?principal` for the principal, `?resource` for the resource.
  case slot
}

/// A place in a template's scope that a link fills with an entity.
public enum TemplateSlot: String, Sendable, CaseIterable, CustomStringConvertible {
  /// `?principal`
  case principal = "?principal"
  /// `?resource`
  case resource = "?resource"

  /// The slot as a template writes it.
  public var description: String { rawValue }

  /// What it stands for: the name of the variable.
  var variable: Expression.Variable {
    switch self {
    case .principal: .principal
    case .resource: .resource
    }
  }
}

extension ScopeSyntax {
  init(_ constraint: ScopeConstraint) {
    switch constraint {
    case .any: self = .any
    case .equal(let uid): self = .equal(.entity(uid))
    case .inside(let uid): self = .inside(.entity(uid))
    case .insideAny(let uids): self = .insideAny(uids.map { .entity($0) })
    case .type(let type): self = .type(type)
    case .typeInside(let type, let uid): self = .typeInside(type, .entity(uid))
    }
  }

  /// Whether the slot occurs.
  var hasSlot: Bool {
    switch self {
    case .equal(.slot), .inside(.slot), .typeInside(_, .slot): true
    case .insideAny(let operands): operands.contains(.slot)
    default: false
    }
  }

  /// The constraint with `entity` in place of the slot; nil when there is a slot and no entity.
  func filled(by entity: EntityUID?) -> ScopeConstraint? {
    switch self {
    case .any: return .any
    case .equal(let operand): return operand.filled(by: entity).map { .equal($0) }
    case .inside(let operand): return operand.filled(by: entity).map { .inside($0) }
    case .insideAny(let operands):
      let uids = operands.compactMap { $0.filled(by: entity) }
      return uids.count == operands.count ? .insideAny(uids) : nil
    case .type(let type): return .type(type)
    case .typeInside(let type, let operand):
      return operand.filled(by: entity).map { .typeInside(type, $0) }
    }
  }
}

extension ScopeOperand {
  fileprivate func filled(by entity: EntityUID?) -> EntityUID? {
    switch self {
    case .entity(let uid): uid
    case .slot: entity
    }
  }
}

extension ScopeConstraint {
  /// The entity after `==` or `in`, if there is just one.
  var entity: EntityUID? {
    switch self {
    case .equal(let uid), .inside(let uid), .typeInside(_, let uid): uid
    case .any, .insideAny, .type: nil
    }
  }
}
