import Configuration
import Inspection
import JSON

/// The rules by which the gateway accepts a changed definition without asking. Pure.
enum Acceptance {
  /// The rule that accepts the change from one definition to another; nil when none does.
  /// - Parameters:
  ///   - rules: those that the operator switched on.
  ///   - inspector: what it finds in the new definition and did not find in the old stops a rule.
  ///     So does a tool that seems to do more than before, or whose description says so.
  static func rule(
    from before: [UInt8], to after: [UInt8], of key: ItemKey,
    _ rules: Set<Configuration.Acceptance>, _ inspector: Inspector
  ) -> Configuration.Acceptance? {
    guard rules.contains(.descriptions), let kind = key.inspected,
      let old = try? JSONDocument(parsing: before, limits: .ceiling).root,
      let new = try? JSONDocument(parsing: after, limits: .ceiling).root,
      TextlessDefinition(old) == TextlessDefinition(new),
      kind != .tool || !EffectDraft(ofTool: new).rises(above: EffectDraft(ofTool: old))
    else { return nil }
    func found(_ definition: JSONNode) -> Set<String> {
      Set(
        inspector.signals(of: InspectedItem(kind: kind, name: key.name, definition: definition))
          .map(\.rule))
    }
    return found(new).isSubset(of: found(old)) ? .descriptions : nil
  }
}

extension ItemKey {
  /// As inspection names its kind; nil for the server itself.
  var inspected: InspectedItem.Kind? {
    switch kind {
    case .server: nil
    case .instructions: .instructions
    case .tool: .tool
    case .prompt: .prompt
    case .template: .template
    case .page: .page
    }
  }
}

/// A definition without the texts that only describe: what is left is the same exactly when nothing
/// else changed.
struct TextlessDefinition: Equatable {
  private let bytes: [UInt8]?

  /// Definitions that cannot be compared are equal to none.
  static func == (left: TextlessDefinition, right: TextlessDefinition) -> Bool {
    guard let first = left.bytes, let second = right.bytes else { return false }
    return first == second
  }

  init(_ definition: JSONNode) {
    var writer = JSONWriter(reservingCapacity: definition.raw.count)
    Self.write(definition, at: .definition, to: &writer)
    let document = try? JSONDocument(parsing: writer.bytes, limits: .ceiling)
    bytes = document.flatMap { try? JSONCanonical.encode($0.root, bigIntegers: .verbatim) }
  }

  /// What a value is, as far as it tells which members are texts.
  private enum Place {
    case definition, annotations, argument, schema, schemas
    case other
  }

  private static func write(_ node: JSONNode, at place: Place, to writer: inout JSONWriter) {
    switch (node.kind, place) {
    case (.object, .definition), (.object, .annotations), (.object, .argument), (.object, .schema),
      (.object, .schemas):
      writer.beginObject()
      for (name, value) in node.memberNodes {
        let text = name.string ?? ""
        if isText(text, value, in: place) { continue }
        writer.name(text)
        write(value, at: inner(text, of: place), to: &writer)
      }
      writer.endObject()
    case (.array, .argument), (.array, .schema), (.array, .schemas):
      writer.beginArray()
      for element in node.elements {
        write(element, at: place == .schemas ? .schema : place, to: &writer)
      }
      writer.endArray()
    default: writer.raw(node.raw)
    }
  }

  private static func isText(_ name: String, _ value: JSONNode, in place: Place) -> Bool {
    guard value.kind == .string else { return false }
    return switch place {
    case .definition, .argument, .schema: name == "title" || name == "description"
    case .annotations: name == "title"
    case .schemas, .other: false
    }
  }

  /// What a member is (JSON Schema 2020-12 and older drafts; MCP 2026-07-28 for the rest).
  private static func inner(_ name: String, of place: Place) -> Place {
    switch (place, name) {
    case (.definition, "inputSchema"), (.definition, "outputSchema"): .schema
    case (.definition, "annotations"): .annotations
    case (.definition, "arguments"): .argument
    case (.schemas, _): .schema
    case (.schema, "properties"), (.schema, "patternProperties"), (.schema, "$defs"),
      (.schema, "definitions"), (.schema, "dependentSchemas"), (.schema, "allOf"),
      (.schema, "anyOf"), (.schema, "oneOf"), (.schema, "prefixItems"):
      .schemas
    case (.schema, "items"), (.schema, "additionalProperties"), (.schema, "additionalItems"),
      (.schema, "contains"), (.schema, "not"), (.schema, "if"), (.schema, "then"),
      (.schema, "else"), (.schema, "propertyNames"), (.schema, "unevaluatedItems"),
      (.schema, "unevaluatedProperties"):
      .schema
    default: .other
    }
  }
}
