internal import JSON

/// Writes schemas in the JSON syntax.
struct SchemaJSONWriter {
  private var writer = JSONWriter(reservingCapacity: 4096)

  static func json(_ syntax: SchemaSyntax) -> String {
    var json = SchemaJSONWriter()
    json.writer.beginObject()
    for namespace in syntax.namespaces { json.write(namespace) }
    json.writer.endObject()
    return String(decoding: json.writer.bytes, as: UTF8.self)
  }

  private mutating func write(_ namespace: NamespaceSyntax) {
    object(namespace.name) { json in
      json.write(namespace.annotations)
      if !namespace.commonTypes.isEmpty {
        json.object("commonTypes") { json in
          for type in namespace.commonTypes {
            json.object(type.name) { json in
              json.writeMembers(of: type.type)
              json.write(type.annotations)
            }
          }
        }
      }
      json.object("entityTypes") { json in
        for type in namespace.entityTypes {
          json.object(type.name) { json in json.write(type) }
        }
      }
      json.object("actions") { json in
        for action in namespace.actions {
          json.object(action.id) { json in json.write(action) }
        }
      }
    }
  }

  private mutating func write(_ type: EntityTypeSyntax) {
    if let ids = type.ids { strings("enum", ids) }
    if !type.parents.isEmpty { strings("memberOfTypes", type.parents.map(\.text)) }
    if let shape = type.shape { object("shape") { json in json.writeMembers(of: shape) } }
    if let tags = type.tags { object("tags") { json in json.writeMembers(of: tags) } }
    write(type.annotations)
  }

  private mutating func write(_ action: ActionSyntax) {
    if !action.parents.isEmpty {
      writer.name("memberOf")
      writer.beginArray()
      for parent in action.parents {
        writer.beginObject()
        if let type = parent.type { string("type", type.text) }
        string("id", parent.id)
        writer.endObject()
      }
      writer.endArray()
    }
    if let appliesTo = action.appliesTo {
      object("appliesTo") { json in
        json.strings("principalTypes", appliesTo.principals.map(\.text))
        json.strings("resourceTypes", appliesTo.resources.map(\.text))
        if let context = appliesTo.context {
          json.object("context") { json in json.writeMembers(of: context) }
        }
      }
    }
    write(action.annotations)
  }

  private mutating func writeMembers(of type: TypeSyntax) {
    switch type {
    case .named(let name):
      string("type", "EntityOrCommon")
      string("name", name.text)
    case .common(let name) where name.text == "EntityOrCommon":
      string("type", "EntityOrCommon")
      string("name", name.text)
    case .common(let name): string("type", name.text)
    case .entity(let name):
      string("type", "Entity")
      string("name", name.text)
    case .builtin(let builtin):
      switch builtin {
      case .long, .string: string("type", builtin.rawValue)
      case .bool: string("type", "Boolean")
      case .decimal, .ipaddr, .datetime, .duration:
        string("type", "Extension")
        string("name", builtin.rawValue)
      }
    case .set(let element):
      string("type", "Set")
      object("element") { json in json.writeMembers(of: element) }
    case .record(let attributes, _):
      string("type", "Record")
      object("attributes") { json in
        for attribute in attributes { json.write(attribute) }
      }
    }
  }

  private mutating func write(_ attribute: AttributeSyntax) {
    object(attribute.name) { json in
      json.writeMembers(of: attribute.type)
      if !attribute.isRequired {
        json.writer.name("required")
        json.writer.bool(false)
      }
      json.write(attribute.annotations)
    }
  }

  private mutating func write(_ annotations: [AnnotationSyntax]) {
    guard !annotations.isEmpty else { return }
    object("annotations") { json in
      for annotation in annotations {
        json.writer.name(annotation.key)
        if let value = annotation.value {
          json.writer.string(value)
        } else {
          json.writer.null()
        }
      }
    }
  }

  private mutating func string(_ name: String, _ value: String) {
    writer.name(name)
    writer.string(value)
  }

  private mutating func strings(_ name: String, _ values: [String]) {
    writer.name(name)
    writer.beginArray()
    for value in values { writer.string(value) }
    writer.endArray()
  }

  private mutating func object(_ name: String, _ body: (inout SchemaJSONWriter) -> Void) {
    writer.name(name)
    writer.beginObject()
    body(&self)
    writer.endObject()
  }
}
