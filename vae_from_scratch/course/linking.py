"""The student's functions in place of ours: the same core, other names.

`linked` copies every function of the core: the same code, but with globals,
defaults and closures in which accepted answers stand where the core's functions
stood. The core itself is never changed, so the judge never runs what it judges.
`accept` and `in_use` serve `exercise`; `yours` is what a student asks for.
"""

import functools
import importlib
import pkgutil
from types import CellType, FunctionType, ModuleType, SimpleNamespace

import vae_from_scratch
from vae_from_scratch.autodiff import primitive
from vae_from_scratch.course import derivatives, ladder, saved
from vae_from_scratch.course.progress import address, breaking, is_kept, table, taught

# --------------------------------------------------------------------- linking


def linked(package, answers):
    """The package's modules, `.vae.loss` and so on, calling answers {reference: answer} in place of the references.

    Sub-packages are left out: the course is no part of the core. Each copied function
    carries `.reference`, the function of the core that it stands for. Answers are
    linked to one another too. An import inside a function's body still gets the core.
    """
    return Linker(package, answers).mine


class Linker:
    """One linked copy in the making: `copies` holds what has been copied, by the id of its original."""

    def __init__(self, package, answers):
        found = [module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg]
        core = {name: importlib.import_module(f"{package.__name__}.{name}") for name in found}
        new = {name: ModuleType(module.__name__, module.__doc__) for name, module in core.items()}
        self.mine = SimpleNamespace(**new)
        self.answers = answers
        self.references = {id(answer): reference for reference, answer in answers.items()}
        self.namespaces = {id(vars(module)): vars(new[name]) for name, module in core.items()}
        self.modules = {id(package): self.mine, **{id(module): new[name] for name, module in core.items()}}
        self.copies = dict(self.modules)
        for name, module in core.items():
            names = {key: value if key.startswith("__") else self.relink(value) for key, value in vars(module).items()}
            vars(new[name]).update(names)

    def relink(self, value):
        """The value itself, or, where it leads to the core, a copy that leads to the answers."""
        if not self.leads_to_core(value):
            return value
        match value:
            case FunctionType():
                reference = getattr(value, "reference", value)
                function = self.answers.get(reference, reference)
                return self.copies.get(id(function)) or self.stand_in(function)
            case functools.partial():
                parts = self.relink(value.func), *self.relink(value.args)
                return functools.partial(*parts, **self.relink(value.keywords))
            case dict():
                return {key: self.relink(item) for key, item in value.items()}
            case list() | tuple():
                return getattr(value, "_make", type(value))(map(self.relink, value))
        return self.modules[id(value)]

    def leads_to_core(self, value):
        match value:
            case FunctionType():
                reference = getattr(value, "reference", value)
                return id(value) in self.references or id(getattr(reference, "__globals__", None)) in self.namespaces
            case functools.partial():
                return self.leads_to_core((value.func, value.args, value.keywords))
            case dict():
                return any(map(self.leads_to_core, value.values()))
            case list() | tuple():
                return any(map(self.leads_to_core, value))
        return id(value) in self.modules

    def stand_in(self, function):
        """What stands for a function: its linked copy, of an answer as the core calls it."""
        made = self.copy(function)
        if id(function) in self.references:
            made = self.copies[id(function)] = as_called(self.references[id(function)], made)
        return made

    def copy(self, function):
        """The same code with linked globals, defaults, attributes and closure; or an answer that needs none, itself."""
        if not isinstance(function, FunctionType):  # an answer that is another callable: nothing of it can be linked
            return function
        namespace, used = self.namespaces.get(id(function.__globals__)), ()
        if namespace is None:  # an answer: linked are the names that it uses
            namespace = dict(function.__globals__)
            used = names_in(function.__code__) & namespace.keys()
            parts = [*map(namespace.get, used), *(function.__defaults__ or ())]
            if not self.leads_to_core(parts) or self.asks_its_reference(function, parts):
                return function
        closure = function.__closure__ or ()
        cells = tuple(CellType() if self.leads_to_core(cell.cell_contents) else cell for cell in closure)
        copy = FunctionType(function.__code__, namespace, function.__name__, None, cells or None)
        self.copies[id(function)] = copy  # before its parts, which may lead back to it
        functools.update_wrapper(copy, function, updated=())
        copy.__defaults__ = self.relink(function.__defaults__)
        copy.__kwdefaults__ = self.relink(function.__kwdefaults__)
        vars(copy).update(self.relink(vars(function)), reference=self.references.get(id(function), function))
        for new, old in zip(cells, closure, strict=True):
            new.cell_contents = self.relink(old.cell_contents)
        namespace.update({name: self.relink(namespace[name]) for name in used})
        return copy

    def asks_its_reference(self, answer, parts):
        """Does an answer call the very function that it answers, by name or through a module? It would never end."""
        reference = self.references[id(answer)]
        by_name = any(part is not answer and getattr(part, "reference", part) is reference for part in parts)
        through_a_module = any(id(part) in self.modules for part in parts)
        return by_name or (through_a_module and reference.__name__ in names_in(answer.__code__))


def as_called(reference, answer):
    """An answer as the core calls it: itself; one to a primitive is a body, of which the primitive is made; one whose
    values alone are judged is given our derivative.
    """
    if reference in derivatives.OURS:
        return derivatives.with_ours(reference, answer)
    if not hasattr(reference, "body") or hasattr(answer, "body"):
        return answer
    made = primitive(answer)
    made.reference = reference
    return made


def names_in(code):
    """The names of globals and attributes in this code and in the functions inside it."""
    return set(code.co_names).union(*(names_in(part) for part in code.co_consts if hasattr(part, "co_names")))


# ------------------------------------------------------- one student's answers


SLOW = "ours (yours is right, but slow)"
UNTRACED = "ours (yours is right, but has no slope)"

_here = {}  # reference -> (answer, verdict), accepted in this process


def accept(reference, answer, verdict):
    """Take a right or close answer into use in this notebook, and save it: the sentence about that for the card.

    Saved is its source, if that alone is judged right again.
    """
    _here[reference] = answer, verdict
    return saved.keep(reference, answer, judge)


def hold_back(reference, answer, verdict):
    """A right answer that is not trained with: `yours()` says so and why. A faster one from before stays in use: the
    sentence about that.
    """
    if has_earlier(reference):
        return "Until then your earlier answer stays in use."
    _here[reference] = answer, verdict
    return ""


def has_earlier(reference):
    """Whether `yours()` goes on with an answer from before: one of this notebook, or a saved one."""
    return (reference in _here and _here[reference][1].fast) or is_kept(address(reference))


def in_use(reference):
    """What a lesson goes on with where an answer is not right: the reference, linked to the student's other answers."""
    others = {other: answer for other, answer in in_training(answers()).items() if other is not reference}
    if not others:
        return reference
    module, name = address(reference).split(".")
    return getattr(getattr(linked(vae_from_scratch, others), module), name)


def yours():
    """The core with the student's answers in place: `mine = yours()`, then `mine.vae.loss`. It shows whose is whose."""
    found = answers()
    return Mine(found, linked(vae_from_scratch, in_training(found)))


def answers():
    """{reference: (answer, verdict)}: what is on disk, judged again, and what this notebook holds, which goes first.

    Prints a sentence for each file on disk that cannot be used.
    """
    loaded, notes = saved.load(judge)
    for note in notes:
        print(note)
    return loaded | _here


def in_training(found):
    """Answers to link: a slow one is right, and shown as such, but not trained with."""
    return {reference: answer for reference, (answer, verdict) in found.items() if verdict.fast}


def judge(reference, function):
    from vae_from_scratch.course.exercises import check  # not above: exercises imports this module

    return check(reference, function)


class Mine(SimpleNamespace):
    """A linked core that shows which of its functions are the student's; those that are not are summed up in a line."""

    def __init__(self, found, core):
        super().__init__(**vars(core))
        self._rows = [
            (str(lesson), address(function), whose(found[function][1]))
            for lesson, functions in taught().items()
            for function in functions
            if function in found
        ]

    def rest(self):
        """What is said of the functions that nobody has answered."""
        return "all other functions" if self._rows else "all functions"

    def __repr__(self):
        rows = [*((name, owner) for _, name, owner in self._rows), (self.rest(), "ours")]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {owner}" for name, owner in rows)

    def _repr_html_(self):
        rows = [(lesson, breaking(name), owner) for lesson, name, owner in self._rows]
        return table(("lesson", "function", "whose"), [*rows, ("", self.rest(), "ours")])


def whose(verdict):
    """Whose function is in use, in words."""
    return "✓ yours" if verdict.fast else UNTRACED if ladder.UNTRACED in verdict.notes else SLOW


def whose_here(reference):
    """The same for an answer that this notebook holds; "" if it holds none."""
    return whose(_here[reference][1]) if reference in _here else ""
