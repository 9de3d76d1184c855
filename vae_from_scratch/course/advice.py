"""What to do about an exception, in the course's words: what a beginner meets with NumPy and autograd 1.9.

`TABLE` is read from above, and its first line that fits speaks. The four sentences with a name of their own are chosen
by `translate` too, where the line of the student's code tells more than the exception does.
"""

IN_PLACE = (
    "Values that are being differentiated cannot be put into an array in place:"
    " build the result with `np.stack` or `np.concatenate`, or without a loop, from the whole array at once."
)
CONVERTED = (
    "`np.array` and `np.asarray` of a plain NumPy cannot hold a value that is being differentiated. It is an array"
    " already: leave the conversion out, or make one of many by `np.stack`."
)
DRAWN = "A draw has no derivative: that is why `reparameterize` takes its noise as an argument."

LAYERS = (
    "A layer is a pair `(W, b)`: `dense` takes one layer, `mlp` a *list* of layers, each with the array after it."
    " Which of the two is it that stands in the tree there?"
)

TABLE = (  # exception and pattern in its text, both regular expressions; what to say
    (
        "ValueError",
        "(too many|not enough) values to unpack",
        "Something is taken apart into more or fewer names than it has parts. How many has it? `len` tells.",
    ),
    (
        "KeyError",
        "",
        "There is no such key. `.keys()` tells which there are: `params.keys()`, and one level further down"
        ' `params["encoder"].keys()`.',
    ),
    (
        "TypeError",
        "missing \\d+ required positional",
        "That call hands over less than the function asks for. Parameters come first, `encode(params, x)`; a tuple is"
        " taken apart by a star, `loss(params, *batch)`.",
    ),
    (
        "TypeError",
        "positional arguments? but \\d+ (was|were) given",
        "That call hands over more than the function asks for: which arguments are its own, and which belong to"
        " another call?",
    ),
    (
        "AttributeError",
        "object has no attribute '(encode|decode|log_likelihood)'",
        "Something else has come where `model` belongs: in which order are the arguments handed on? Where there is a"
        " `beta`, it is before it.",
    ),
    (
        "ValueError",
        "trees differ.*NoneType",
        "A `None` has come where a tree belongs. Is it the state? The first one is made by `optimizer.init(params)`.",
    ),
    (
        "ValueError",
        "trees differ",
        "Gradients and parameters do not have the same form. `value_and_grad` gives the slope in the *first* argument"
        " alone: what is to be moved goes there together, in one tuple or dict.",
    ),
    (
        "ValueError",
        "non-broadcastable output operand",
        "Something larger has come where an array of another shape belongs. A pair? `value_and_grad` gives"
        " (value, gradients), and `[1]` takes the second.",
    ),
    (
        "ValueError",
        "axis remapping",
        "`np.broadcast_to` makes copies, and cannot take any back: what the copies send back is added up.",
    ),
    (
        "RuntimeError",
        "raised StopIteration",
        "`next` found no further batch. A `for` loop over the batches ends by itself when there are no more.",
    ),
    (
        "ValueError",
        "inhomogeneous",
        "A list of arrays of different shapes has come where one array belongs.",
    ),
    ("ValueError", "setting an array element with a sequence", IN_PLACE),
    ("TypeError", "ArrayBox.*item (assignment|deletion)|only integer scalar arrays", IN_PLACE),
    (
        "TypeError",
        "all returned NotImplemented.*ufunc '(?!add|subtract|multiply|divide|true_divide|power)",
        "That function comes without a derivative: use one of NumPy's, or write it out with `np.exp` and `np.log`.",
    ),
    (
        "TypeError",
        "all returned NotImplemented|output array|return arrays must be",
        "An operation in place (`+=`, `out=`) cannot be traced: write `total = total + term`.",
    ),
    (
        "TypeError",
        "(float|int)\\(\\) argument|must be real number, not|only (0-dimensional|length-1|size-1)",
        "`math.exp`, `float` and the like want a single plain number. Here comes a whole array, or a value that is"
        " being differentiated: keep it as it is. `np.exp`, `np.log`, … take both, and a number to look at is made of"
        " it when the gradient is there.",
    ),
    (
        "TypeError",
        "no callable .* method",
        "Something in that line or before it, `np.clip`, `np.array` or `np.linalg`, say, turned a traced value into"
        " a plain object: write `import autograd.numpy as np` inside the function, or use arithmetic, `np.maximum` and"
        " `np.minimum`. (SciPy's functions cannot be traced.)",
    ),
    (
        "TypeError",
        "took the traced values apart",
        "Plain `np.where` and `np.einsum` do that. Write `import autograd.numpy as np` inside the function, or use"
        " arithmetic: where a choice hangs on a 0 or 1, multiplying by it chooses.",
    ),
    ("TypeError", "bitwise_xor", "`^` is no power in Python: a square is `a**2`, two to the power of b is `2**b`."),
    (
        "TypeError",
        "bitwise_(and|or)",
        "`&` and `|` join what is True or False. Numbers are multiplied or added, and `.astype` of a float type makes"
        " numbers of True and False.",
    ),
    (
        "TypeError",
        "(unsupported operand.*|^)'(function|builtin_function_or_method|numpy.ufunc)'",
        "A function is called by parentheses behind its name: `f(a)`.",
    ),
    (
        "TypeError",
        "(list|tuple) indices must be integers",
        "A list knows its parts by number; a name in brackets wants a dict. Was a part handed on where the whole"
        " belongs?",
    ),
    ("TypeError", "ufunc .* not supported for the input types", "That function cannot be traced: use one of NumPy's."),
    ("TypeError", "unexpected keyword argument '(dim|keepdim)'", "NumPy's words for it are `axis` and `keepdims`."),
    ("TypeError", "logaddexp", "`np.logaddexp(a, b)` is log(exp(a) + exp(b)): it wants both."),
    (
        "AttributeError",
        "module 'numpy'",
        "NumPy has no function of that name. Can it be written with those it has: `np.exp`, `np.log`, `np.logaddexp`?",
    ),
    (
        "AttributeError",
        "'(numpy.ndarray|ArrayBox)'|'numpy.float",
        "NumPy's arrays have no method of that name: write `np.exp(a)`, `np.log(a)`, `a**2`, `a * b`.",
    ),
    (
        ".*Error",
        "Cannot cast ufunc",
        "`/=` writes into the array that came in, and bytes cannot hold fractions: `a = a / 255` makes a new one.",
    ),
    ("TypeError", "Can't differentiate w.r.t. type", "Integers have no gradient: use floats, `1.0` in place of `1`."),
    (
        "TypeError",
        "Grad only applies to real scalar-output",
        "A gradient needs one number: reduce with a sum or a mean, and decide which.",
    ),
    (
        "ValueError",
        "not aligned|mismatch in its core dimension|does not have enough dimensions",
        "`@` and `np.dot` are matrix products, and `dense` holds one: (N, A) @ (A, B) is (N, B), and the two A must be"
        " equal. Is it the right layer for this array, in the right order? Is a factor to be transposed? Entry by"
        " entry is `*`.",
    ),
    (
        "TypeError|AttributeError",
        "'(QR|Eigh?|SVD)Result'",
        "`np.linalg` returns several arrays at once there: unpack them, `Q, R = np.linalg.qr(…)`, or take one, `[0]`.",
    ),
    (
        "ValueError",
        "could not be broadcast together",
        "The shapes of two arrays do not fit together there. Was an axis lost, or summed too early, in one of them,"
        " or is it still to be summed in the other?",
    ),
    (
        "ValueError",
        "except for the concatenation axis",
        "Arrays that are joined must have as many entries along every other axis. Print their shapes. A slice without"
        " an end runs as far as it can: what begins later is shorter.",
    ),
    (
        "ValueError",
        "cannot reshape",
        "Your answer is tried on small arrays, too: take sizes from the arguments, `len(x)` or `x.shape`, in place of"
        " numbers written out."
        " `reshape` keeps every number and only lays them out anew. To have fewer of them, sum or choose.",
    ),
    (
        "IndexError",
        "is out of bounds for axis .* with size",
        "Your answer is tried on small arrays, too: how far a loop runs must come from the arguments, `len(x)` or"
        " `x.shape`, and from the axis that it runs along.",
    ),
    (
        "IndexError",
        "only integers, slices|arrays used as indices",
        "An array is asked for an entry by something that is no whole number. Are the arguments in their order?",
    ),
    (
        "AxisError|IndexError",
        "axis .* out of bounds|too many indices",
        "There is no such axis: `axis=-1` is always the last one.",
    ),
    (
        "ValueError",
        "truth value of an array",
        "`if` and `and` want one True or False, and here is a whole array of them. Use arithmetic: where a choice"
        " hangs on a 0 or 1, multiplying by it chooses. Whether an argument was handed in at all, `is None` tells.",
    ),
    (
        "TypeError",
        "not supported between instances of .*NoneType|unsupported operand.*NoneType",
        "One of the two is `None`: an argument that was left out, or a function without `return`. `is None` tells.",
    ),
    (
        "NameError",
        "'(torch|tf|jnp|jax|F)'",
        "This course has no other framework: `np.exp(a)`, `np.sum(a, axis=-1)`, and noise comes as an argument.",
    ),
    (
        "UnboundLocalError",
        "",
        "The name has no value yet when that line is reached for the first time. What is its first value, and is it"
        " set before the loop?",
    ),
    ("NotImplementedError", "", "Does a line from the first draft still stand there? Your code goes in its place."),
    ("AssertionError", "", "An `assert` of yours does not hold there: for which arguments?"),
    (
        "TypeError",
        "object is not callable",
        "Parentheses behind a name call it, and this is no function. Is a sign for a product missing, or has a name of"
        " yours taken a function's place?",
    ),
    (
        "TypeError|AttributeError",
        "'(generator|map|zip|enumerate)'",
        "A stream hands out one thing after another. It has no length, no entries to look up and no arithmetic: a `for`"
        " loop takes things as they come, `list` collects them all.",
    ),
    (
        "TypeError|AttributeError",
        "'dict'",
        "A tree of parameters is no array: it cannot be added, multiplied or asked for its shape as a whole. Is one of"
        " its layers meant, or another argument?",
    ),
    (
        "TypeError|AttributeError",
        "'(tuple|list)' (object has no|and|$)|concatenate tuple|multiply sequence",
        "A tuple or a list is no array: it has no axes, and does not compute as a whole. Take it apart, `a, b = …`, or"
        " make one array of equal parts by `np.stack`.",
    ),
    (
        "TypeError|AttributeError",
        "(int|float)' (object is not|object has no|has no len)|non-iterable (int|float)",
        "A single number has no length, no axes and no parts. Was an array meant there, or another argument?",
    ),
    (
        "TypeError",
        "interpreted as an integer|sequence of integers or|slice indices must be",
        "A count, a size or an index must be a whole number there: `//` divides whole numbers into one.",
    ),
    (
        "IndexError",
        "(tuple|list) index out of range",
        "There are fewer parts, or axes, than that index: it counts from 0.",
    ),
    (
        "ValueError",
        "zip.. argument",
        "`zip(…, strict=True)` wants its lists equally long. Which one is longer, and why?",
    ),
    ("ValueError", "need at least one array", "The list is empty: does the loop that fills it run at all?"),
    ("ValueError", "math domain error", "`math.log` and `math.sqrt` want a number above 0: what comes in there?"),
    (
        "ZeroDivisionError",
        "",
        "What stands below the fraction can be 0: at the first step, say, or for one example alone?",
    ),
    ("LinAlgError", "", "`np.linalg` wants a matrix there, often a square one: print the shape of what it is given."),
    ("RecursionError", "", "The function calls itself without end."),
    ("MemoryError", "", "The result would not fit into memory: a shape is far too large."),
    (
        "NonFinite",
        "",
        "The inputs are moderate, and yet: look for a logarithm, a root or a division that meets zero, or an `exp` of"
        " something large.",
    ),
)
