extension PolicySet {
  /// This set and a policy made of one of its templates. For many links, link them together: each
  /// call builds the index anew.
  /// - Throws: see `linking(_:)`.
  public func linking(
    _ template: String, as id: String, principal: EntityUID? = nil, resource: EntityUID? = nil
  ) throws(LinkError) -> PolicySet {
    try linking([
      TemplateLink(template: template, id: id, principal: principal, resource: resource)
    ])
  }

  /// This set and the policies made of its templates, after its own, in the order of the links.
  /// Links share their template's compiled condition. O(policies + links).
  /// - Throws: for the first link whose template is unknown, that gives an entity too few or too
  ///   many, whose id is taken, or that passes the limit of policies.
  public func linking(_ links: [TemplateLink]) throws(LinkError) -> PolicySet {
    guard !links.isEmpty else { return self }
    var contents = contents
    for link in links { try contents.link(link) }
    return PolicySet(contents, program: program)
  }
}

extension PolicySetContents {
  /// Adds the policy that a link makes.
  mutating func link(_ link: TemplateLink) throws(LinkError) {
    guard let position = templateIDs.find(PolicyID(link.template, index: 0)) else {
      throw unknownTemplate(link)
    }
    let template = templates[position]
    guard let scope = template.syntax.scope(principal: link.principal, resource: link.resource)
    else {
      let missing = template.slots.first { link.value(of: $0) == nil } ?? .principal
      throw LinkError(
        link: link, reason: .missingSlot(missing), help: "give the \(missing.variable.name)")
    }
    for slot in TemplateSlot.allCases
    where link.value(of: slot) != nil && !template.slots.contains(slot) {
      throw LinkError(
        link: link, reason: .unknownSlot(slot), help: "leave the \(slot.variable.name) out")
    }
    guard !isFull else {
      throw LinkError(link: link, reason: .tooManyPolicies(limit: policyLimit), help: nil)
    }
    let id = PolicyID(link.id, index: policies.count)
    if let place = place(of: id) {
      throw LinkError(
        link: link, reason: .duplicateID,
        help: "it stands at \(place); give each link an id of its own")
    }
    add(
      Policy(
        id: id, templateID: template.id, scope: scope, condition: template.condition,
        statement: template.statement))
    if linkedTemplates.insert(position).inserted {
      contextUse.formUnion(of: template.syntax)
    }
  }

  private func unknownTemplate(_ link: TemplateLink) -> LinkError {
    if ids.find(PolicyID(link.template, index: 0)) != nil {
      return LinkError(
        link: link, reason: .notATemplate,
        help: "a template has `?principal` or `?resource` in its scope")
    }
    return LinkError(
      link: link, reason: .unknownTemplate,
      help: templates.isEmpty
        ? "the set has no templates"
        : Suggestions.nearest(to: link.template, among: templates.map(\.id.name)))
  }
}
