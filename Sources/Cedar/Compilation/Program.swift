/// The conditions of all policies in the form that is evaluated: plain nodes in one array that
/// refer to each other and to the tables by number. Copying a node touches no reference count.
final class Program: Sendable {
  enum Operation: UInt8, Sendable {
    /// `first` numbers a constant.
    case constant
    case principal, action, resource, context
    case not, negate
    /// `second` operands start at `first` in the table of operands.
    case and, or, set
    /// `second` pairs of name and node start at `first` in the table of operands.
    case record
    /// `third` names start at `second` in the table of operands.
    case has
    /// `second` numbers a name.
    case attribute
    case equal, notEqual
    /// `second` numbers a constant.
    case equalConstant, notEqualConstant
    case less, lessOrEqual, greater, greaterOrEqual
    case add, subtract, multiply
    case `in`
    /// `second` numbers a constant, which is an entity.
    case inConstant
    case contains, containsAll, containsAny, isEmpty
    case hasTag, getTag
    /// `second` numbers a pattern.
    case like
    /// `second` numbers a type.
    case `is`
    /// `second` numbers a type, `third` is the container.
    case isIn
    /// Condition, then, else.
    case conditional
    /// `first` is the function; `third` operands start at `second`.
    case call
  }

  struct Node: Sendable {
    let operation: Operation
    var first: Int32 = 0
    var second: Int32 = 0
    var third: Int32 = 0
  }

  let nodes: ContiguousArray<Node>
  let operands: ContiguousArray<Int32>
  let constants: ContiguousArray<Value>
  let names: ContiguousArray<AttributeName>
  let types: ContiguousArray<EntityType>
  let patterns: ContiguousArray<Pattern>
  /// The byte in the source that each node stands for.
  let offsets: ContiguousArray<Int32>

  init(
    nodes: ContiguousArray<Node>, operands: ContiguousArray<Int32>,
    constants: ContiguousArray<Value>, names: ContiguousArray<AttributeName>,
    types: ContiguousArray<EntityType>, patterns: ContiguousArray<Pattern>,
    offsets: ContiguousArray<Int32>
  ) {
    self.nodes = nodes
    self.operands = operands
    self.constants = constants
    self.names = names
    self.types = types
    self.patterns = patterns
    self.offsets = offsets
  }
}
