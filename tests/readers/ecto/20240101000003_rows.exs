defmodule MyApp.Repo.Migrations.Rows do
  use Ecto.Migration
  import Ecto.Query

  @disable_ddl_transaction true
  @disable_migration_lock true

  def up do
    execute """
    CREATE FUNCTION one() RETURNS int AS $$
      SELECT 1;
    $$ LANGUAGE sql
    """

    repo().query!("SET lock_timeout TO '5s'")
    flush()
    execute(fn -> repo().query!("SELECT one()") end, fn -> :ok end)
    execute(&fill/0, &empty/0)
    create index(:users, [:email], concurrently: true)
    flush()

    repo().update_all("users", set: [active: true], inc: [age: 1])
    age = 18

    from(u in "users", where: u.age < ^age and is_nil(u.seen_at), or_where: u.id == 1, select: u.id)
    |> where([u], u.id in [1, 2])
    |> repo().all()

    from(u in "users", where: u.age < ^age and not is_nil(u.seen_at), where: fragment("lower(?) = ?", u.email, "a"))
    |> repo().delete_all()

    "orders"
    |> where([o], o.state in ["new", "open"] or like(o.note, "a%"))
    |> update([o], set: [state: "done", number: fragment("coalesce(?, 0)", o.number)])
    |> repo().update_all([])

    repo().insert_all("users", [%{name: "a", age: 1}, %{name: "b"}], on_conflict: :nothing)
  end

  def down, do: :ok
  defp fill, do: repo().query!("INSERT INTO users (name) VALUES ('x')")
  defp empty, do: repo().query!("DELETE FROM users")
end
