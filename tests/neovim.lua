-- What a person does in Neovim with the language server, and what is seen there, as JSON in the file $SEEN.
local seen = { steps = {} }

local function shown()
  local found = vim.tbl_map(function(d) return { code = d.code, row = d.lnum, column = d.col, source = d.source } end, vim.diagnostic.get(0))
  table.sort(found, function(a, b) return a.code < b.code end)
  return found
end

local function step(name, count)
  seen.steps[name] = {
    reached = vim.wait(30000, function() return #vim.diagnostic.get(0) == count end, 20),
    shown = shown(),
    text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n",
  }
end

-- A person picks the first of what is offered.
vim.ui.select = function(items, _, choose)
  seen.offered = vim.tbl_map(function(item) return (item[2] or item.action).title end, items)
  choose(items[1], 1)
end

local function type(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "xt", false)
end

step("opened", 2)
type('3G0f(a"漢字 😀", <Esc>')
vim.wait(30000, function() return (shown()[1] or {}).column ~= 6 end, 20)
step("typed", 2)
type("u")
vim.api.nvim_win_set_cursor(0, { 3, 8 })
vim.lsp.buf.code_action()
step("fixed", 0)
type("Goprint(random.random(<Esc>")
step("broken", 1)

local file = io.open(vim.env.SEEN, "w")
file:write(vim.json and vim.json.encode(seen) or vim.fn.json_encode(seen))
file:close()
vim.cmd("qall!")
