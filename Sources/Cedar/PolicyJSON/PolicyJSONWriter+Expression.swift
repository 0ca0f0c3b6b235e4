internal import JSON

/// Expressions: an object with one member, the operator. The recursion is as deep as the tree is
/// high, which `PolicyLimits` bounds.
extension PolicyJSONWriter {
  mutating func write(
    _ id: Expression.ID, of tree: ExpressionTree
  ) throws(PolicyJSONSizeError) {
    try check()
    switch tree[id].kind {
    case .literal(let value): write(value)
    case .variable(let variable):
      begin("Var")
      writer.string(variable.name)
      end()
    case .not(let operand): try write("!", operand, of: tree)
    case .negate(let operand): try write("neg", operand, of: tree)
    case .isEmpty(let operand): try write("isEmpty", operand, of: tree)
    case .and(let operands): try write("&&", operands, of: tree)
    case .or(let operands): try write("||", operands, of: tree)
    case .binary(let operation, let left, let right):
      try write(operation.name, [left, right], of: tree)
    case .attribute(let base, let name):
      beginOperands(".")
      try write(base, of: tree)
      end(attribute: name)
    case .has(let base, let path): try write(base, has: path[...], of: tree)
    case .like(let operand, let pattern):
      beginOperands("like")
      try write(operand, of: tree)
      write(pattern)
      end()
      end()
    case .is(let entity, let type, in: let group):
      beginOperands("is")
      try write(entity, of: tree)
      writer.name("entity_type")
      writer.string(type.name)
      if let group {
        writer.name("in")
        try write(group, of: tree)
      }
      end()
      end()
    case .conditional(let condition, then: let then, else: let otherwise):
      begin("if-then-else")
      begin("if")
      try write(condition, of: tree)
      writer.name("then")
      try write(then, of: tree)
      writer.name("else")
      try write(otherwise, of: tree)
      end()
      end()
    case .set(let elements): try write(list: "Set", elements, of: tree)
    case .record(let members):
      begin("Record")
      writer.beginObject()
      for member in members {
        writer.name(member.name.text)
        try write(member.value, of: tree)
      }
      end()
      end()
    case .call(let function, let arguments):
      try write(list: function.name, arguments, of: tree)
    }
  }

  private mutating func begin(_ name: String) {
    writer.beginObject()
    writer.name(name)
  }

  private mutating func beginOperands(_ name: String) {
    begin(name)
    begin("left")
  }

  private mutating func end() { writer.endObject() }

  /// Ends what `beginOperands` began for `.` or `has`.
  private mutating func end(attribute: AttributeName) {
    writer.name("attr")
    writer.string(attribute.text)
    end()
    end()
  }

  private mutating func write(
    _ name: String, _ operand: Expression.ID, of tree: ExpressionTree
  ) throws(PolicyJSONSizeError) {
    begin(name)
    begin("arg")
    try write(operand, of: tree)
    end()
    end()
  }

  /// Several operands associate to the left, without recursion.
  private mutating func write(
    _ name: String, _ operands: [Expression.ID], of tree: ExpressionTree
  ) throws(PolicyJSONSizeError) {
    guard let first = operands.first else { return }
    for _ in operands.dropFirst() { beginOperands(name) }
    try write(first, of: tree)
    for operand in operands.dropFirst() {
      writer.name("right")
      try write(operand, of: tree)
      end()
      end()
    }
  }

  private mutating func write(
    list name: String, _ elements: [Expression.ID], of tree: ExpressionTree
  ) throws(PolicyJSONSizeError) {
    begin(name)
    writer.beginArray()
    for element in elements { try write(element, of: tree) }
    writer.endArray()
    end()
  }

  /// `e has a.b.c` is `e has a && e.a has b && e.a.b has c`.
  private mutating func write(
    _ base: Expression.ID, has path: ArraySlice<AttributeName>, of tree: ExpressionTree
  ) throws(PolicyJSONSizeError) {
    for _ in path.dropFirst() { beginOperands("&&") }
    for position in path.indices {
      if position > path.startIndex { writer.name("right") }
      beginOperands("has")
      let prefix = path[..<position]
      for _ in prefix { beginOperands(".") }
      try write(base, of: tree)
      for name in prefix { end(attribute: name) }
      end(attribute: path[position])
      if position > path.startIndex {
        end()
        end()
      }
    }
  }

  // MARK: Literals

  private mutating func write(_ pattern: Pattern) {
    writer.name("pattern")
    writer.beginArray()
    for piece in pattern.pieces {
      switch piece {
      case .wildcard: writer.string("Wildcard")
      case .text(let text):
        for scalar in text.unicodeScalars {
          begin("Literal")
          writer.string(String(scalar))
          end()
        }
      }
    }
    writer.endArray()
  }

  private mutating func write(_ value: Value) {
    switch value {
    case .bool(let bool): literal { $0.writer.bool(bool) }
    case .long(let number): literal { $0.writer.int(number) }
    case .string(let string): literal { $0.writer.string(string) }
    case .entity(let uid):
      literal {
        $0.begin("__entity")
        $0.write(uid)
        $0.end()
      }
    case .set(let set):
      begin("Set")
      writer.beginArray()
      for element in set.values { write(element) }
      writer.endArray()
      end()
    case .record(let record):
      begin("Record")
      writer.beginObject()
      for member in record.members {
        writer.name(member.name.text)
        write(member.value)
      }
      end()
      end()
    case .extension(.decimal(let value)): write("decimal", "\(value)")
    case .extension(.ipaddr(let value)): write("ip", "\(value)")
    case .extension(.datetime(let value)): write("datetime", "\(value)")
    case .extension(.duration(let value)): write("duration", "\(value)")
    }
  }

  private mutating func literal(_ write: (inout PolicyJSONWriter) -> Void) {
    begin("Value")
    write(&self)
    end()
  }

  private mutating func write(_ constructor: String, _ argument: String) {
    begin(constructor)
    writer.beginArray()
    write(.string(argument))
    writer.endArray()
    end()
  }
}
