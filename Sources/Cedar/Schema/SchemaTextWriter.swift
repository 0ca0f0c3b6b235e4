/// Writes schemas in Cedar's own syntax. What only the JSON syntax can say is an error.
struct SchemaTextWriter {
  private var text = ""
  private var indentation = 0
  private let names: SchemaNames
  private var namespace = ""
  private var errors = SchemaErrorList(limit: SchemaLimits.standard.reportedErrors)

  /// The text, and what could not be said in it.
  static func text(_ syntax: SchemaSyntax) -> (text: String, errors: SchemaErrorList) {
    var writer = SchemaTextWriter(syntax)
    for namespace in syntax.namespaces { writer.write(namespace) }
    return (writer.text, writer.errors)
  }

  private init(_ syntax: SchemaSyntax) {
    var ignored = SchemaErrorList(limit: 1)
    names = SchemaNames(syntax.namespaces, errors: &ignored)
  }

  private mutating func write(_ namespace: NamespaceSyntax) {
    if !text.isEmpty { text += "\n" }
    self.namespace = namespace.name
    guard !namespace.name.isEmpty else { return writeDeclarations(of: namespace) }
    write(namespace.annotations)
    text += "namespace \(namespace.name) {"
    indentation += 1
    if hasDeclarations(namespace) { text += "\n" }
    writeDeclarations(of: namespace)
    indentation -= 1
    text += "}\n"
  }

  private func hasDeclarations(_ namespace: NamespaceSyntax) -> Bool {
    !namespace.commonTypes.isEmpty || !namespace.entityTypes.isEmpty || !namespace.actions.isEmpty
  }

  /// Declarations of one line stand together, others apart.
  private mutating func writeDeclarations(of namespace: NamespaceSyntax) {
    var pieces: [(kind: Int, text: Substring)] = []
    let before = text
    func piece(_ kind: Int, _ writer: inout SchemaTextWriter) {
      pieces.append((kind, writer.text[...]))
      writer.text = ""
    }
    text = ""
    for type in namespace.commonTypes {
      write(type)
      piece(0, &self)
    }
    for type in namespace.entityTypes {
      write(type)
      piece(1, &self)
    }
    for action in namespace.actions {
      write(action)
      piece(2, &self)
    }
    text = before
    var last: (kind: Int, isLong: Bool)?
    for (kind, piece) in pieces {
      let isLong = piece.utf8.contains(UInt8(ascii: "\n"))
      if let last, last.kind != kind || last.isLong || isLong { text += "\n" }
      if indentation > 0 { text += "  " }
      text += piece
      text += "\n"
      last = (kind, isLong)
    }
  }

  // MARK: Declarations

  private mutating func write(_ type: CommonTypeSyntax) {
    write(type.annotations)
    text += "type \(type.name) = "
    write(type.type)
    text += ";"
  }

  private mutating func write(_ type: EntityTypeSyntax) {
    write(type.annotations)
    text += "entity \(type.name)"
    if let ids = type.ids {
      text += " enum [" + ids.map(Quoting.quote).joined(separator: ", ") + "];"
      return
    }
    if !type.parents.isEmpty {
      text += " in "
      write(type.parents)
    }
    if let shape = type.shape {
      if case .record = shape {
        text += " "
        write(shape)
      } else {
        cannotSay(
          "the attributes of the entity type `\(type.name)` are not written out",
          "in this syntax the attributes of an entity type cannot be a common type",
          at: shape.origin)
      }
    }
    if let tags = type.tags {
      text += " tags "
      write(tags)
    }
    text += ";"
  }

  private mutating func write(_ action: ActionSyntax) {
    write(action.annotations)
    text += "action \(name(action.id))"
    if !action.parents.isEmpty {
      let parents = action.parents.map { parent in
        parent.type.map { "\($0.text)::\(Quoting.quote(parent.id))" } ?? name(parent.id)
      }
      text += " in [" + parents.joined(separator: ", ") + "]"
    }
    // An action without principals or resources is never requested, and this syntax has no way
    // to write the empty lists.
    if let appliesTo = action.appliesTo, !appliesTo.principals.isEmpty,
      !appliesTo.resources.isEmpty
    {
      write(appliesTo)
    }
    text += ";"
  }

  private mutating func write(_ appliesTo: ActionSyntax.AppliesTo) {
    text += " appliesTo {"
    indentation += 1
    line()
    text += "principal: "
    write(appliesTo.principals)
    text += ","
    line()
    text += "resource: "
    write(appliesTo.resources)
    if let context = appliesTo.context {
      text += ","
      line()
      text += "context: "
      switch context {
      case .record, .named, .common: write(context)
      case .entity, .builtin, .set:
        cannotSay("the context is neither a record nor a common type", nil, at: context.origin)
      }
    }
    indentation -= 1
    line()
    text += "}"
  }

  // MARK: Types

  private mutating func write(_ type: TypeSyntax) {
    switch type {
    case .named(let name): text += name.text
    case .common(let name), .entity(let name):
      check(type, name)
      text += name.text
    case .builtin(let builtin):
      if case .builtin? = names.meaning(of: builtin.rawValue, in: namespace, as: .any) {
      } else {
        text += SchemaName.builtinNamespace + "::"
      }
      text += builtin.rawValue
    case .set(let element):
      text += "Set<"
      write(element)
      text += ">"
    case .record(let attributes, _): write(attributes)
    }
  }

  /// Whether a name without its kind still means what it meant with it.
  private mutating func check(_ type: TypeSyntax, _ name: NameSyntax) {
    switch (type, names.meaning(of: name.text, in: namespace, as: .any)) {
    case (.entity, .common), (.entity, .builtin), (.common, .entity):
      cannotSay(
        "in this syntax `\(name.text)` does not mean the \(isEntity(type) ? "entity" : "common") "
          + "type of this name", "rename one of the two", at: name.origin)
    default: break
    }
  }

  private func isEntity(_ type: TypeSyntax) -> Bool {
    if case .entity = type { true } else { false }
  }

  private mutating func write(_ attributes: [AttributeSyntax]) {
    guard !attributes.isEmpty else {
      text += "{}"
      return
    }
    text += "{"
    indentation += 1
    for attribute in attributes {
      line()
      write(attribute.annotations)
      text += name(attribute.name) + (attribute.isRequired ? ": " : "?: ")
      write(attribute.type)
      text += ","
    }
    text.removeLast()
    indentation -= 1
    line()
    text += "}"
  }

  // MARK: Words

  private mutating func write(_ types: [NameSyntax]) {
    text += "[" + types.map(\.text).joined(separator: ", ") + "]"
  }

  private mutating func write(_ annotations: [AnnotationSyntax]) {
    for annotation in annotations {
      text += "@\(annotation.key)"
      if let value = annotation.value { text += "(\(Quoting.quote(value)))" }
      line()
    }
  }

  private func name(_ text: String) -> String {
    SchemaName.isIdentifier(text) ? text : Quoting.quote(text)
  }

  private mutating func line() {
    text += "\n"
    for _ in 0..<indentation { text += "  " }
  }

  private mutating func cannotSay(_ message: String, _ help: String?, at origin: Origin) {
    errors.add(message, help: help, at: origin)
  }
}
