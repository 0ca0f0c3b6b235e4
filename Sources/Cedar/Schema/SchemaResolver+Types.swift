/// A resolved type with the size it has when written out.
struct SizedType {
  let type: ValueType
  /// How many types are in it, itself and repetitions counted.
  let size: Int
  /// How deep sets and records nest in it.
  let depth: Int
}

/// What types mean.
extension SchemaResolver {
  /// Resolves all common types, each after those that it names: depth first with an explicit
  /// stack, so that a long chain of them cannot exhaust the thread's.
  mutating func resolveCommonTypes() {
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: names.commonTypes.count)
    for start in marks.indices where marks[start] == .new && !errors.isFull {
      var stack = [(type: start, named: commonTypesNamed(by: start), next: 0)]
      marks[start] = .open
      while let (type, named, next) = stack.last {
        guard next < named.count else {
          let (namespace, declaration) = names.commonTypes[type]
          commonTypes[type] = resolve(declaration.type, in: namespace)
          marks[type] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        switch marks[named[next]] {
        case .done: break
        case .new:
          marks[named[next]] = .open
          stack.append((named[next], commonTypesNamed(by: named[next]), 0))
        case .open:
          let way = stack.map(\.type).drop { $0 != named[next] } + [named[next]]
          reportCycle(way)
        }
      }
    }
  }

  private mutating func reportCycle(_ way: ArraySlice<Int>) {
    let shown = way.prefix(8).map { "`\(fullName($0))`" }.joined(separator: " → ")
    guard let first = way.first else { return }
    errors.add(
      "the common type `\(fullName(first))` is defined by itself: \(shown)"
        + (way.count > 8 ? " → …" : ""),
      help: "only entity types can lead back to themselves",
      at: names.commonTypes[first].declaration.origin)
  }

  private func fullName(_ common: Int) -> String {
    SchemaName.joined(
      names.commonTypes[common].namespace, names.commonTypes[common].declaration.name)
  }

  private func commonTypesNamed(by common: Int) -> [Int] {
    let (namespace, declaration) = names.commonTypes[common]
    var named: [Int] = []
    collect(declaration.type, in: namespace, into: &named)
    return named
  }

  private func collect(_ type: TypeSyntax, in namespace: String, into named: inout [Int]) {
    switch type {
    case .named(let name), .common(let name):
      if case .common(let position)? = names.meaning(
        of: name.text, in: namespace, as: kinds(type))
      {
        named.append(position)
      }
    case .entity, .builtin: break
    case .set(let element): collect(element, in: namespace, into: &named)
    case .record(let attributes, _):
      for attribute in attributes { collect(attribute.type, in: namespace, into: &named) }
    }
  }

  private func kinds(_ type: TypeSyntax) -> SchemaNames.Kinds {
    switch type {
    case .entity: .entity
    case .common: [.common, .builtin]
    default: .any
    }
  }

  /// The type that is meant; nil when that was reported as an error. The nesting of what was
  /// written is bounded by its reader.
  mutating func resolve(_ syntax: TypeSyntax, in namespace: String) -> SizedType? {
    guard let type = resolveNode(syntax, in: namespace) else { return nil }
    guard type.depth <= limits.nesting else {
      errors.add(
        "with the common types put in, this type nests deeper than the limit of "
          + "\(limits.nesting)", at: syntax.origin)
      return nil
    }
    return type
  }

  private mutating func resolveNode(_ syntax: TypeSyntax, in namespace: String) -> SizedType? {
    switch syntax {
    case .named(let name), .entity(let name), .common(let name):
      return named(name, in: namespace, as: kinds(syntax))
    case .builtin(let builtin): return leaf(builtin.type, at: syntax.origin)
    case .set(let element):
      guard let element = resolve(element, in: namespace) else { return nil }
      return SizedType(
        type: .set(element.type), size: element.size + 1, depth: element.depth + 1)
    case .record(let attributes, _):
      var members: [AttributeName: RecordType.Attribute] = [:]
      var size = 1
      var depth = 0
      var isWhole = true
      for attribute in attributes {
        guard let type = resolve(attribute.type, in: namespace) else {
          isWhole = false
          continue
        }
        members[AttributeName(attribute.name)] = RecordType.Attribute(
          type.type, isRequired: attribute.isRequired)
        size += type.size
        depth = max(depth, type.depth)
      }
      return isWhole
        ? SizedType(type: .record(RecordType(members)), size: size, depth: depth + 1) : nil
    }
  }

  private mutating func named(
    _ name: NameSyntax, in namespace: String, as kinds: SchemaNames.Kinds
  ) -> SizedType? {
    switch names.meaning(of: name.text, in: namespace, as: kinds) {
    case .common(let position):
      guard let type = commonTypes[position] else { return nil }
      return spend(type.size, at: name.origin) ? type : nil
    case .entity(let full): return leaf(.entity(EntityType(full)), at: name.origin)
    case .builtin(let builtin): return leaf(builtin.type, at: name.origin)
    case nil:
      reportUnknown(name, in: namespace, as: kinds)
      return nil
    }
  }

  private mutating func leaf(_ type: ValueType, at origin: Origin) -> SizedType? {
    spend(1, at: origin) ? SizedType(type: type, size: 1, depth: 0) : nil
  }

  private mutating func spend(_ size: Int, at origin: Origin) -> Bool {
    guard size <= expansion else {
      if expansion >= 0 {
        errors.add(
          "with the common types put in, the schema has more types than the limit of "
            + "\(limits.expandedTypes)", at: origin)
      }
      expansion = -1
      return false
    }
    expansion -= size
    return true
  }
}
